/**
 * Whether a number, none below zero, stands in a list: by a table where the numbers are small, since a set of a million
 * takes its time.
 */
export function knownNumbers(numbers: Int32Array): (number: number) => boolean {
  let largest = 0;
  for (let at = 0; at < numbers.length; at++) largest = Math.max(largest, numbers[at] as number);
  if (largest > 8 * numbers.length + 1024) {
    const set = new Set(numbers);
    return (number) => set.has(number);
  }
  const table = new Uint8Array(largest + 1);
  for (let at = 0; at < numbers.length; at++) table[numbers[at] as number] = 1;
  return (number) => table[number] === 1;
}
