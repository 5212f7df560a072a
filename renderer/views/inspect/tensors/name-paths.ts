/** Names of tensors as paths for a tree: "layers.0.attn.q" lies in layers, 0 and attn. */

/** In longer names nobody finds a part by its place: each stands in one piece. */
const longestSplit = 1000;
/** For more names than these, parts that lead to one other part only are not drawn together. */
const mostFolded = 20_000;

/**
 * Dots separate what modules contain; ONNX and others write slashes, which separate here as well. Parts that hold nothing but
 * one other are drawn together with it: "q_proj.weight" is one row, not two.
 */
export function namePaths(names: readonly string[]): string[] {
  const split = names.map((name) =>
    name.length > longestSplit ? [name.replaceAll('/', '\u2215')] : name.split(/[./]/),
  );
  if (names.length > mostFolded) return split.map((parts) => parts.join('/'));
  const branches = branchesOf(split);
  return split.map((parts) => {
    let prefix = parts[0] as string;
    let path = prefix;
    for (const part of parts.slice(1)) {
      path += `${branches.get(prefix)?.isBranch ? '/' : '.'}${part}`;
      prefix += `/${part}`;
    }
    return path;
  });
}

interface Branch {
  readonly child: string;
  isBranch: boolean;
}

/** Which beginnings go on in more than one way. */
function branchesOf(split: readonly (readonly string[])[]): ReadonlyMap<string, Branch> {
  const branches = new Map<string, Branch>();
  for (const parts of split) {
    let prefix = '';
    for (const [at, part] of parts.entries()) {
      // What is a name of its own does not vanish in a longer one.
      const next = parts[at + 1] ?? '\0';
      prefix += at === 0 ? part : `/${part}`;
      const known = branches.get(prefix);
      if (known === undefined) branches.set(prefix, { child: next, isBranch: false });
      else if (known.child !== next) known.isBranch = true;
    }
  }
  return branches;
}
