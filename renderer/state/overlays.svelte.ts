/** What lies over or below the screen, and is shown or not. */

class Overlays {
  jobs = $state(false);
  keys = $state(false);
}

export const overlays = new Overlays();
