/** Every call and event of Sandpost, once. Doors (message port, WebSocket, HTTP, socket) and clients are made from it. */
import { config, tables, users } from './config.ts';
import { dns } from './dns.ts';
import { mail, refusals } from './mail.ts';
import { queue } from './queue.ts';
import { sandbox, trace } from './sandbox.ts';

export const contract = { sandbox, mail, refusals, queue, config, users, tables, dns, trace };
export type Contract = typeof contract;
