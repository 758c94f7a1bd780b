/** For tests: a bench that is put away when the test is over. */
import { onTestFinished } from 'vitest';
import { startBench, type Bench } from './fixture.test-support.ts';

export async function bench(options: Parameters<typeof startBench>[0] = {}): Promise<Bench> {
  const started = await startBench(options);
  onTestFinished(() => started.close());
  return started;
}

/** A message of two lines and its end. */
export const MESSAGE = { raw: 'Subject: hello\r\n\r\nHello.\r\n.\r\n', replies: 1 } as const;

/** What smtpd said in the log. */
export function smtpdLog(started: Bench): readonly string[] {
  return started.log
    .filter((line) => line.startsWith('smtpd: '))
    .map((line) => line.slice('smtpd: '.length).replace(/^info: /, ''));
}
