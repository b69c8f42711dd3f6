/** Waits for something to become true; throws when it has not within `ms`. */
export async function until(isTrue: () => boolean, ms = 20_000): Promise<void> {
  const endMs = performance.now() + ms
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`not within ${ms} ms: ${isTrue}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
