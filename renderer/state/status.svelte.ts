/** What the status bar tells of the screen that is shown: a few facts, the first one about what it shows. */

class Status {
  facts = $state.raw<readonly string[]>([]);
}

export const status = new Status();
