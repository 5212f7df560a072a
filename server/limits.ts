/** What one visitor may take of the server. Tests give smaller ones, so that they need not wait. */
export interface HostLimits {
  /** Of the head of one request. */
  readonly headerBytes: number;
  /** A connection without a byte for so long is ended, and so is a window that does not answer a ping. */
  readonly idleMs: number;
  readonly connections: number;
  /** How long a WebSocket may stand without having shown the token. */
  readonly tokenMs: number;
  /** Of one message of a window. */
  readonly frameBytes: number;
  /** A window with this much unread gets no more news of the progress of jobs. */
  readonly unreadBeforeSkipping: number;
  /** A window with this much unread is ended; it may come back. */
  readonly unreadBeforeEnding: number;
  /** Of all that was dropped into windows, together. */
  readonly uploadBytes: number;
  readonly uploads: number;
}

const mebibyte = 1024 ** 2;

export const defaultLimits: HostLimits = {
  headerBytes: 16 * 1024,
  idleMs: 30_000,
  connections: 64,
  tokenMs: 5_000,
  // The longest request of the contract is counted in characters, and its frame has a few bytes around it.
  frameBytes: mebibyte + 64 * 1024,
  unreadBeforeSkipping: mebibyte,
  unreadBeforeEnding: 64 * mebibyte,
  uploadBytes: 16 * 1024 * mebibyte,
  uploads: 1_000,
};
