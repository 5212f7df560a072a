/** Where rows of different heights stand, so that only those in sight have to be in the document. */

export class RowPlaces {
  /** One more than there are rows: where each begins, and where the last one ends. */
  readonly tops: Float64Array;

  constructor(count: number, heightOf: (row: number) => number) {
    this.tops = new Float64Array(count + 1);
    for (let row = 0; row < count; row++) this.tops[row + 1] = (this.tops[row] as number) + heightOf(row);
  }

  get count(): number {
    return this.tops.length - 1;
  }

  get height(): number {
    return this.tops[this.count] ?? 0;
  }

  topOf(row: number): number {
    return this.tops[Math.max(0, Math.min(this.count, row))] ?? 0;
  }

  /** The row that holds this height. */
  rowAt(height: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.tops[middle] as number) <= height) low = middle;
      else high = middle - 1;
    }
    return Math.min(low, Math.max(0, this.count - 1));
  }
}

/** How many columns a text takes in a type of one width; what East Asia writes takes two. */
export function columnsOf(text: string, most: number): number {
  const length = Math.min(text.length, most);
  let columns = length;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === 9) columns += 3;
    else if (code >= 0x1100 && code < 0xd800) columns++;
  }
  return columns;
}
