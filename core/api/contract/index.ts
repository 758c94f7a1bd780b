/** Every call and event of Sandpost, once. Doors (message port, WebSocket, HTTP, socket) and clients are made from it. */
import { clock } from './clock.ts';
import { config, tables, users } from './config.ts';
import { dns } from './dns.ts';
import { keeping, rules, searches, tags } from './finding.ts';
import { drafts } from './drafts.ts';
import { handIn } from './hand-in.ts';
import { log, sessions } from './log.ts';
import { mail, refusals } from './mail.ts';
import { recipes } from './recipes.ts';
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
  recipes,
  users,
  tables,
  dns,
  trace,
  log,
  sessions,
  clock,
  tags,
  searches,
  rules,
  keeping,
};
export type Contract = typeof contract;
