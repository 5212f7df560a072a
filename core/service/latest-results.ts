/** Results by what they are of: the latest so many, since each took a pass over gigabytes. */
export class LatestResults<T> {
  readonly #most: number;
  readonly #results = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  async get(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#results.get(key);
    const result = known ?? (await compute());
    // The one that was asked for last stands at the end.
    this.#results.delete(key);
    this.#results.set(key, result);
    for (const oldest of this.#results.keys()) {
      if (this.#results.size <= this.#most) break;
      this.#results.delete(oldest);
    }
    return result;
  }
}
