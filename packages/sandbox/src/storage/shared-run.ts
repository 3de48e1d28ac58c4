/** Runs `work` for many callers at once: whoever comes while it runs shares the next run, never the present one. */
export class SharedRun {
  readonly #work: () => Promise<void>;
  #present: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  run(): Promise<void> {
    if (this.#present === undefined) return this.#start();
    this.#next ??= this.#present.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<void> {
    this.#next = undefined;
    const present = this.#work().finally(() => {
      if (this.#present === present) this.#present = undefined;
    });
    this.#present = present;
    return present;
  }
}
