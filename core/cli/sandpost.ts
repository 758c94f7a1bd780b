/**
 * The command line: `sandpost COMMAND`, and Postfix's commands under their own names when this file is called by one
 * of them (a link named `sendmail`).
 *
 * A command works on the running sandbox of its configuration folder through its local socket, and opens the sandbox
 * itself when none is running. Commands are loaded when they are asked for: `sendmail` from a cron job must not
 * wait for the whole engine.
 *
 * Exit statuses: Postfix's for Postfix's commands (75 for every failure of sendmail, 69 for postqueue, 1 otherwise),
 * and for ours 0, 1 (not done), 64 (used wrongly), 69 (cannot be had now).
 */
import module from 'node:module';
import { cacheFolder } from '../util/paths.ts';

// Compiled code is kept between runs: a command starts in a third of the time. Not in Node's own place, which is a
// folder that every user of the machine can write to. Node 20 (in Electron 33) does not have it.
if ('enableCompileCache' in module) module.enableCompileCache(cacheFolder());

// Imported only now, so that it comes from that cache.
const { main } = await import('./main.ts');

// Not process.exit: what was written to a pipe may not have left yet.
process.exitCode = await main(process.argv);
