/** Every call of the contract with its handler: a call without one does not compile. Doors are made from this. */
import type { Engine } from './engine.ts';
import type { EventHub } from './events.ts';
import { clockCalls } from './handlers/clock.ts';
import { configCalls } from './handlers/config.ts';
import { dnsCalls } from './handlers/dns.ts';
import { keepingCalls, ruleCalls, searchCalls, tagCalls } from './handlers/finding.ts';
import { draftCalls, handInCalls } from './handlers/hand-in.ts';
import { logCalls, sessionCalls } from './handlers/log.ts';
import { mailCalls, refusalCalls } from './handlers/mail.ts';
import { queueCalls } from './handlers/queue.ts';
import { recipeCalls } from './handlers/recipes.ts';
import { sandboxCalls } from './handlers/sandbox.ts';
import { tableCalls } from './handlers/tables.ts';
import { traceCalls } from './handlers/trace.ts';
import { userCalls } from './handlers/users.ts';
import { os } from './implementer.ts';

export function createRouter(engine: Engine, events: EventHub) {
  return os.router({
    sandbox: sandboxCalls(engine, events),
    mail: { ...mailCalls(engine), ...handInCalls(engine) },
    drafts: draftCalls(engine),
    refusals: refusalCalls(engine),
    queue: queueCalls(engine),
    config: configCalls(engine),
    recipes: recipeCalls(engine),
    users: userCalls(engine),
    tables: tableCalls(engine),
    dns: dnsCalls(engine),
    trace: traceCalls(engine),
    log: logCalls(engine),
    sessions: sessionCalls(engine),
    clock: clockCalls(engine),
    tags: tagCalls(engine),
    searches: searchCalls(engine),
    rules: ruleCalls(engine),
    keeping: keepingCalls(engine),
  });
}

export type SandpostRouter = ReturnType<typeof createRouter>;
