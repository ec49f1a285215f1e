const deadlineMs = 90_000;

/** Waits for a condition. @throws if it is not met after a time that is more than enough. */
export async function waitUntil(what: string, isMet: () => boolean | Promise<boolean>): Promise<void> {
  const startedAt = performance.now();
  while (!(await isMet())) {
    if (performance.now() - startedAt > deadlineMs) {
      throw new Error(`waited in vain: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
