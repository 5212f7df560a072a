/** Shows a dialog over everything, and gives the focus back to what had it: the browser alone does not when it is dropped. */
export function showModal(dialog: HTMLDialogElement): () => void {
  const opener = document.activeElement;
  dialog.showModal();
  return () => {
    dialog.close();
    const now = document.activeElement;
    // Whoever took it meanwhile keeps it.
    if (now !== null && now !== document.body && !dialog.contains(now)) return;
    if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
  };
}
