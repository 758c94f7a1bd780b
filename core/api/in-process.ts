/** The calls without a door: for a command that opens the sandbox itself, with the same checks as everywhere. */
import { createRouterClient } from '@orpc/server';
import type { SandpostClient } from './client.ts';
import type { SandpostRouter } from './router.ts';

export function createInProcessClient(router: SandpostRouter): SandpostClient {
  return createRouterClient(router, { context: { mayChange: true } });
}
