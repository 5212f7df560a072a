/** What was dropped into this tab: copies that are gone when serve ends, and so nothing to come back to. */
export const uploaded = new Set<string>();
