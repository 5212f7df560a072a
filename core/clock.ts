/** What a clock on the wall shows: ZIP and TorchServe's manifest keep times without a zone. */

export type Zone = 'local' | 'utc';

/** The month counts from 0, as in a Date. */
export function clockOf(time: Date, zone: Zone): [number, number, number, number, number, number] {
  return zone === 'utc'
    ? [
        time.getUTCFullYear(),
        time.getUTCMonth(),
        time.getUTCDate(),
        time.getUTCHours(),
        time.getUTCMinutes(),
        time.getUTCSeconds(),
      ]
    : [
        time.getFullYear(),
        time.getMonth(),
        time.getDate(),
        time.getHours(),
        time.getMinutes(),
        time.getSeconds(),
      ];
}
