/** What `mar-studio diff --init-policy` prints: every kind of rule, explained, the cautious ones switched on. */
import type { DiffEntry } from '../contract/diff.ts';

const exampleOfAllow = `  # - name: Only code and settings change
  #   allow:
  #     - role: [manifest, handler, config]
  #     - path: docs/
  #       change: [added, modified]
`;

const starter = `# What may change between two versions of a model archive.
# Check with: mar-studio diff OLD.mar NEW.mar --policy FILE
# Every rule must hold by itself. Each has a name and one kind of rule.

rules:
  # Whoever changes anything raises model.modelVersion, so that TorchServe can tell the two apart.
  - name: A change gets a new version
    require-version-bump: true

  # No package in requirements.txt, and not the model itself, goes back to a lower version.
  # Or name those that matter: [torch, numpy, modelVersion]
  - name: Nothing is downgraded
    forbid-downgrade: all

  # What \`mar-studio verify\` calls an error, where the old archive did not have it.
  - name: No new errors
    forbid-new-errors: true

  # All contents together, unpacked. A percentage, or bytes such as 4096, 5 MiB, 1 GiB.
  - name: The model grows by a tenth at most
    max-growth:
      of: total
      by: 10%

  # Each entry by itself; role, path, kind and change pick the entries.
  - name: Code stays small
    max-growth:
      of: each
      by: 64 KiB
      path: "*.py"

  # A map, or a list of maps of which any one is enough to forbid a change. Within a map all must fit:
  #   role: manifest, handler, model, weights, config, requirements, extra
  #   path: a pattern; * and ? stay within a folder, ** goes across, a trailing / means a folder
  #   kind: text, json, yaml, requirements, weights, image, binary
  #   change: added, removed, modified, renamed
  - name: No weights come, go or move
    forbid:
      role: weights
      change: [added, removed, renamed]

  # The other way round: nothing else may change. At most one such rule.
${exampleOfAllow}
  # Equal contents are read and proven, not only compared by CRC-32; needs --verify.
  # - name: Proven byte for byte
  #   require-proof: sha256
`;

export function starterPolicy(): string {
  return starter;
}

/** The same, with what changed in one comparison as what may change, for whoever takes it for the usual case. */
export function starterPolicyFrom(entries: readonly DiffEntry[]): string {
  const roles = new Set(entries.filter(({ change }) => change !== 'unchanged').map(({ role }) => role));
  if (roles.size === 0) return starter;
  return starter.replace(
    exampleOfAllow,
    `  # - name: Only what changed this time changes
  #   allow:
  #     - role: [${[...roles].sort().join(', ')}]
`,
  );
}
