/** F6: from pane to pane, in the order of the screen. A pane that holds others is passed over. */
const focusable = 'button:not(:disabled), [href], input:not(:disabled), select, textarea, [tabindex="0"]';

export function movePane(step: 1 | -1): boolean {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => pane.querySelector('[data-pane]') === null && pane.offsetParent !== null,
  );
  if (panes.length === 0) return false;
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const start = here === -1 && step === -1 ? 0 : here;
  for (let tried = 1; tried <= panes.length; tried++) {
    const pane = panes[(start + step * tried + panes.length * 2) % panes.length];
    const target = pane?.querySelector<HTMLElement>(focusable);
    if (target) {
      target.focus();
      return true;
    }
  }
  return false;
}
