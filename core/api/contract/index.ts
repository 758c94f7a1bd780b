/** Every call and event of Sandpost, once. Doors (message port, WebSocket, HTTP, socket) and clients are made from it. */
import { config, tables, users } from './config.ts';
import { mail, refusals } from './mail.ts';
import { queue } from './queue.ts';
import { sandbox } from './sandbox.ts';
import { trace } from './trace.ts';

export const contract = { sandbox, mail, refusals, queue, config, users, tables, trace };
export type Contract = typeof contract;
