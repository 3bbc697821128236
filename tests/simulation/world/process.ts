/** A process that can be killed: from then on nothing it waits for ever comes, and nothing it does reaches the world. */
export class Process {
  alive = true;

  kill(): void {
    this.alive = false;
  }

  /** The result of work in the world, as long as there is somebody to hear of it. */
  while<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      work.then(
        value => this.alive && resolve(value),
        error => this.alive && reject(error),
      );
    });
  }
}
