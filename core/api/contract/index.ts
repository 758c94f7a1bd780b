/** Every call and event of Sandpost, once. Doors (message port, WebSocket, HTTP, socket) and clients are made from it. */
import { clock } from './clock.ts';
import { config, tables, users } from './config.ts';
import { dns } from './dns.ts';
import { drafts } from './drafts.ts';
import { handIn } from './hand-in.ts';
import { log, sessions } from './log.ts';
import { mail, refusals } from './mail.ts';
import { queue } from './queue.ts';
import { sandbox } from './sandbox.ts';
import { trace } from './trace.ts';

export const contract = {
  sandbox,
  mail: { ...mail, ...handIn },
  drafts,
  refusals,
  queue,
  config,
  users,
  tables,
  dns,
  trace,
  log,
  sessions,
  clock,
};
export type Contract = typeof contract;
