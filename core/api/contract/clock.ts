/** The sandbox's clock: it can run ahead of the machine's, so that retries, delay warnings and expiry can be watched. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { time } from './common.ts';

export const clockState = z.object({
  /** The sandbox's time. */
  now: time,
  /** How far it is ahead of the machine's. */
  skippedMs: z.number().int(),
  /** Milliseconds that it skips every second; 0: it goes as the machine's does. */
  msPerSecond: z.number(),
});
export type ClockState = z.infer<typeof clockState>;

const YEAR_SECONDS = 366 * 86_400;

export const clock = {
  state: oc.route({ method: 'GET', path: '/clock' }).output(clockState),
  /** Answers when everything that was due in between has happened. */
  skip: oc
    .route({ method: 'POST', path: '/clock/skip' })
    .input(z.object({ seconds: z.number().positive().max(YEAR_SECONDS) }))
    .output(clockState),
  /** Skips so many seconds every second; 0 stops that. */
  run: oc
    .route({ method: 'POST', path: '/clock/run' })
    .input(
      z.object({
        secondsPerSecond: z
          .number()
          .min(0)
          .max(7 * 86_400),
      }),
    )
    .output(clockState),
  /** Back to the machine's time. */
  reset: oc.route({ method: 'POST', path: '/clock/reset' }).output(clockState),
};
