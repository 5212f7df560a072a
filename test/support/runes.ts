/** Svelte's runes as plain functions: classes of the interface that keep state are tested without a compiler. */
const plain = <T>(value: T) => value;
Object.assign(globalThis, { $state: Object.assign(plain, { raw: plain }) });
