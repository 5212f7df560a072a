/** Numbers of tensors as people read them: four digits that count, a true minus, and no more room than need be. */

const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** "0.01234", "−1.5", "3.2e−9"; "none" where there is none. */
export function numberWords(value: number | null): string {
  if (value === null) return 'none';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '−Inf';
  const size = Math.abs(value);
  const words =
    size !== 0 && (size < 1e-3 || size >= 1e6)
      ? value
          .toExponential(3)
          .replace(/\.?0+e/, 'e')
          .replace('e+', 'e')
      : plain.format(value);
  return words.replaceAll('-', '−');
}

const mostDimensions = 8;

/** "768 × 64"; "scalar" without any dimension. */
export function shapeWords(shape: readonly number[]): string {
  if (shape.length === 0) return 'scalar';
  const shown = shape.slice(0, mostDimensions).join(' × ');
  return shape.length > mostDimensions ? `${shown} × … (${shape.length} dimensions)` : shown;
}

const whole = new Intl.NumberFormat('en-US');

export const countWords = (count: number) => whole.format(count);
