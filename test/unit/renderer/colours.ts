/** What a colour is to the eye: its contrast by WCAG 2, its place in OKLab, and how colour-blind eyes see it. */

/** Linear light, each from 0 to 1. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Of a colour such as "#1b2128". */
export function rgbOf(hex: string): Rgb {
  const linear = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [linear(1), linear(3), linear(5)];
}

export function contrastOf(a: Rgb, b: Rgb): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const luminance = ([red, green, blue]: Rgb) => 0.2126 * red + 0.7152 * green + 0.0722 * blue;

/** Between two colours in OKLab, times 100: 2 can just be told apart side by side. */
export function distanceOf(a: Rgb, b: Rgb): number {
  const [one, other] = [labOf(a), labOf(b)];
  return 100 * Math.hypot(...one.map((value, at) => value - (other[at] as number)));
}

function labOf(colour: Rgb): Rgb {
  const [l, m, s] = times(toCones, colour).map(Math.cbrt) as [number, number, number];
  return times(conesToLab, [l, m, s]);
}

type Matrix = readonly [Rgb, Rgb, Rgb];

function times(matrix: Matrix, [x, y, z]: Rgb): Rgb {
  const [a, b, c] = matrix.map(([p, q, r]) => p * x + q * y + r * z) as [number, number, number];
  return [a, b, c];
}

// Björn Ottosson, https://bottosson.github.io/posts/oklab/
const toCones: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const conesToLab: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

export const visions = ['protan', 'deutan', 'tritan'] as const;

/** Gustavo Machado, Manuel Oliveira, Leandro Fernandes, 2009, of full severity: on linear light. */
const machado: Readonly<Record<(typeof visions)[number], Matrix>> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

export function seenBy(vision: (typeof visions)[number], colour: Rgb): Rgb {
  const [red, green, blue] = times(machado[vision], colour);
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return [within(red), within(green), within(blue)];
}
