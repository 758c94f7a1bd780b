import { setTimeout as delay } from 'node:timers/promises';

/** Polls until the condition holds; the error names what did not come true. */
export async function waitUntil(
  condition: () => Promise<boolean>,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await delay(50);
  }
}
