/** torch's format before version 1.6: five pickles, then the storages one after the other. */
import type { JudgedPickle } from './judge.ts';
import type { ScanSource } from './source.ts';

/** The magic number, the protocol, the system, the object, the keys of its storages in their order. */
const pickles = 5;

export class LegacyLayout {
  readonly #pickles: JudgedPickle[] = [];

  get isAtStorages(): boolean {
    return this.#pickles.length >= pickles;
  }

  add(pickle: JudgedPickle): void {
    this.#pickles.push(pickle);
  }

  /** How many bytes from a place on are storages, as the object says; before each stands the count of its numbers. */
  async storageBytes(source: ScanSource, start: number): Promise<number> {
    const object = this.#pickles[3];
    if (!this.isAtStorages || object === undefined) return 0;
    let bytes = 0;
    for (const size of object.storages.values()) bytes += 8 + size;
    return Math.min(bytes, source.size - start);
  }
}
