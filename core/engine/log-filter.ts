/** Which lines of the mail log a person asks for. Pure. */
import type { LogFilter } from '../api/contract/log.ts';

/** `Nov 28 19:00:00 host postfix/smtpd[123]: text`: the tag's program, and the process number. */
const TAG = /^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ (\S+?)\[(\d+)\]: /;

/** Every condition that is not '' has to hold. Words are found without regard to case. */
export function createLogFilter({ queueId, session, program, text }: LogFilter): (line: string) => boolean {
  const word = text.toLowerCase();
  // A queue id stands between characters that cannot be part of one.
  const id = queueId === '' ? undefined : new RegExp(`(?<![A-Za-z0-9_])${queueId}(?![A-Za-z0-9_])`);
  const isTagged = (line: string) => {
    if (program === '' && session === '') return true;
    const [, name = '', process = ''] = TAG.exec(line) ?? [];
    if (session !== '' && process !== session) return false;
    return program === '' || name === program || name.endsWith(`/${program}`);
  };
  return (line) => {
    if (id !== undefined && (!line.includes(queueId) || !id.test(line))) return false;
    if (!isTagged(line)) return false;
    return word === '' || line.toLowerCase().includes(word);
  };
}
