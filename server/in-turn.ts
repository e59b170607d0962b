/** Makes a function that runs what it is given one at a time, in the order in which it was given. */
export function createTurns(): <Result>(run: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (run) => {
    const result = last.then(run)
    last = result.catch(() => {})
    return result
  }
}

/**
 * One run at a time. Whoever asks while one runs gets the next one, together with all others who asked meanwhile: what
 * they changed may have been read already by the one that runs.
 */
export function coalesce<Result>(run: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined
  let next: Promise<Result> | undefined
  const begin = (): Promise<Result> => {
    next = undefined
    running = run().finally(() => {
      if (next === undefined) running = undefined
    })
    return running
  }
  return () => {
    if (running === undefined) return begin()
    next ??= running.then(begin, begin)
    return next
  }
}
