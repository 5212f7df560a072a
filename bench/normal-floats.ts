/** Weights that look like a trained layer's: seeded random float32 numbers of the standard normal distribution. */

export class NormalFloats {
  // xorshift128 (Marsaglia 2003). The seed may be anything but all zeros.
  #x: number;
  #y = 362436069;
  #z = 521288629;
  #w = 88675123;

  constructor(seed: number) {
    this.#x = seed | 1;
    for (let warmup = 0; warmup < 64; warmup++) this.#next();
  }

  /** Box-Muller: two uniform numbers become two normal ones. The length must be even. */
  fill(floats: Float32Array): void {
    for (let index = 0; index < floats.length; index += 2) {
      // In (0, 1]: the logarithm of zero is no number.
      const radius = Math.sqrt(-2 * Math.log((this.#next() + 1) / 2 ** 32));
      const angle = (2 * Math.PI * this.#next()) / 2 ** 32;
      floats[index] = radius * Math.cos(angle);
      floats[index + 1] = radius * Math.sin(angle);
    }
  }

  #next(): number {
    const mixed = this.#x ^ (this.#x << 11);
    this.#x = this.#y;
    this.#y = this.#z;
    this.#z = this.#w;
    this.#w = this.#w ^ (this.#w >>> 19) ^ mixed ^ (mixed >>> 8);
    return this.#w >>> 0;
  }
}

/** Gathers the moments of what was generated, to prove that it is what it is called. */
export class NormalityCheck {
  #count = 0;
  #sum = 0;
  #squares = 0;
  #fourths = 0;

  add(floats: Float32Array): void {
    let [sum, squares, fourths] = [0, 0, 0];
    for (const value of floats) {
      const square = value * value;
      sum += value;
      squares += square;
      fourths += square * square;
    }
    this.#count += floats.length;
    this.#sum += sum;
    this.#squares += squares;
    this.#fourths += fourths;
  }

  /** Throws unless mean, standard deviation and kurtosis lie within five standard errors of 0, 1 and 3. */
  assertStandardNormal(): void {
    const mean = this.#sum / this.#count;
    const variance = this.#squares / this.#count - mean * mean;
    const kurtosis = this.#fourths / this.#count / variance ** 2;
    const five = 5 / Math.sqrt(this.#count);
    const near =
      Math.abs(mean) < five &&
      Math.abs(Math.sqrt(variance) - 1) < five / Math.SQRT2 &&
      Math.abs(kurtosis - 3) < five * Math.sqrt(24);
    if (!near) {
      throw new Error(`not normal: mean ${mean}, deviation ${Math.sqrt(variance)}, kurtosis ${kurtosis}`);
    }
  }
}
