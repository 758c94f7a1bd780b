/** EHLO keywords that are not to be believed (smtp_discard_ehlo_keywords, ehlo_mask(3)). */
import { queueIdOf, type Attempt } from './attempt.ts';
import { StreamError } from './connection.ts';

/** In the order of Postfix's own table, which is how the log lists them. */
const KNOWN = [
  '8bitmime',
  'auth',
  'etrn',
  'pipelining',
  'size',
  'verify',
  'xclient',
  'xforward',
  'starttls',
  'enhancedstatuscodes',
  'dsn',
  'smtputf8',
  'chunking',
];
const SILENT = 'silent-discard';

/** The keywords that are ignored for a server, in lower case. @throws StreamError when the table does not answer */
export async function discardedKeywords(attempt: Attempt, address: string): Promise<ReadonlySet<string>> {
  const { settings, log } = attempt;
  const { name, maps } = settings.discardedKeywordMaps;
  const found = await maps.lookup(address);
  if (found.kind === 'unavailable') {
    log.warning(`${queueIdOf(attempt)}: ${name} map lookup error for ${address}`);
    throw new StreamError('data');
  }
  const text = found.kind === 'found' ? found.value : settings.discardedKeywords;
  const words = new Set(
    text
      .toLowerCase()
      .split(/[,\s]+/)
      .filter((word) => word !== ''),
  );
  const listed = KNOWN.filter((word) => words.has(word));
  if (listed.length > 0 && !words.has(SILENT)) {
    log.info(`discarding EHLO keywords: ${listed.join(' ').toUpperCase()}`);
  }
  return words;
}
