/** Finding by a few letters in their order: how well a text fits, or null where it does not. Lower is better. */
export function fuzzyScore(query: string, text: string): number | null {
  if (query === '') return 0;
  const wanted = query.toLowerCase();
  const within = text.toLowerCase();
  const whole = within.indexOf(wanted);
  if (whole !== -1) return (isStart(within, whole) ? 0 : 10) + whole / 1000 + text.length / 10_000;
  let at = -1;
  let gaps = 0;
  for (const letter of wanted) {
    const next = within.indexOf(letter, at + 1);
    if (next === -1) return null;
    if (at !== -1 && next > at + 1) gaps += isStart(within, next) ? 1 : 2;
    at = next;
  }
  return 20 + gaps + text.length / 10_000;
}

const isStart = (text: string, at: number) => at === 0 || /[\s/_.-]/.test(text[at - 1] ?? '');
