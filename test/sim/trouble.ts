/** What goes wrong around an actor. */

/** The actor's process ends here: nothing after it happens. */
export class Crash extends Error {}

/** D1 cannot be reached, or its answer is lost. */
export class Outage extends Error {}
