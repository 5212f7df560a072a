/** The bounds within which an archive is opened: past them it is refused before memory is spent on it. */

/** Two hundred thousand entries with long names stay far below this. */
export const maxDirectoryBytes = 256 * 1024 * 1024;

/** Where the end record is searched: its comment has at most 65,535 bytes; the rest finds bytes behind it. */
export const endSearchBytes = 1024 * 1024;

/** What may be inflated on opening to find the end of entries whose sizes can't be believed. */
export const proofBytes = 64 * 1024 * 1024;

/** Deflate spends at least two bits on 258 bytes. */
export const deflateCeiling = 1032;
