/** MAIL FROM: begins a transaction (RFC 5321 section 4.1.1.2, RFC 1870, 3461, 6152, 6531). */
import type { Ret } from '../../mail/dsn.ts';
import type { BodyEncoding } from '../../mail/message.ts';
import { areVerpDelimiters } from '../../mail/verp.ts';
import { chain, type Maybe } from '../../tables/maybe.ts';
import { isAscii } from '../../mail/byte-string.ts';
import type { RewriteRuling } from '../policy/rewrite-context.ts';
import { replies } from '../replies.ts';
import type { Session } from '../session.ts';
import { decodeXtext, extractAddress } from './address.ts';
import type { Invocation, Outcome } from './command.ts';
import { openQueueFile } from './queue-file.ts';

interface Options {
  encoding: BodyEncoding;
  ret: Ret;
  envid: string | undefined;
  /** Two delimiters; '': none wanted. */
  verp: string;
  hasAuth: boolean;
}

const NO_OPTIONS: Readonly<Options> = {
  encoding: '',
  ret: '',
  envid: undefined,
  verp: '',
  hasAuth: false,
};

/** Larger than any file: off_t overflows. */
const LARGEST_SIZE = 2n ** 63n - 1n;

export function mail(session: Session, { words, line }: Invocation): Maybe<Outcome> {
  session.hasSmtpUtf8 = false;
  if (isOutOfOrder(session)) return 'error';
  session.mailLine = line;
  const path = words[2];
  if (path === undefined || words[1]?.text.toLowerCase() !== 'from:') {
    return session.complain('protocol', replies.syntaxMail);
  }
  if (isOverRate(session)) return 'error';
  if (path.isBroken) return session.complain('protocol', replies.badSender);
  const parameters = words.length === 3 ? NO_PARAMETERS : words.slice(3).map((word) => word.text);
  // It decides which addresses are well-formed, so it comes before the address.
  session.hasSmtpUtf8 = isUtf8Offered(session) && parameters.some((p) => p.toUpperCase() === 'SMTPUTF8');
  const extracted = extractAddress(session, path.text, {
    allowEmpty: true,
    strict: session.service.settings.isStrictEnvelope,
    smtputf8: session.hasSmtpUtf8,
  });
  return chain(extracted, (sender) => takeSender(session, sender?.address, parameters));
}

function takeSender(
  session: Session,
  sender: string | undefined,
  parameters: readonly string[],
): Maybe<Outcome> {
  if (sender === undefined) return session.complain('protocol', replies.badSender);
  if (parameters.length === 0) return begin(session, sender, NO_OPTIONS);
  return readOptions(session, parameters).then((options) =>
    options === undefined ? 'error' : begin(session, sender, options),
  );
}

function isUtf8Offered(session: Session): boolean {
  return session.service.settings.isUtf8Enabled && !session.discardedKeywords.has('smtputf8');
}

const NO_PARAMETERS: readonly string[] = [];

function isOutOfOrder(session: Session): boolean {
  const { settings } = session.service;
  if (settings.isHeloRequired && session.helo === undefined) {
    session.complain('policy', replies.sendHelo);
  } else if (session.transaction !== undefined) {
    session.complain('protocol', replies.nestedMail);
  } else if (session.bdat !== 'none') {
    session.complain('protocol', replies.mailAfterBdat);
  } else {
    return false;
  }
  return true;
}

/** smtpd_client_message_rate_limit */
function isOverRate(session: Session): boolean {
  const { settings, anvil, name, logger } = session.service;
  const limit = settings.messageRateLimit;
  if (limit <= 0 || session.isEventExempt) return false;
  const { address } = session.client;
  const rate = anvil.count(`${name}:${address}`, 'mail', settings.rateUnitMs);
  if (rate <= limit) return false;
  session.complain('policy', replies.tooMuchMail(address));
  logger.warning(
    `Message delivery request rate limit exceeded: ${rate} from ${session.clientLabel} for service ${name}`,
  );
  return true;
}

/** Undefined: one of them was wrong and has been answered. */
async function readOptions(session: Session, parameters: readonly string[]): Promise<Options | undefined> {
  const options: Options = { ...NO_OPTIONS };
  for (const parameter of parameters) {
    const upper = parameter.toUpperCase();
    if (upper === 'BODY=8BITMIME') options.encoding = '8bit';
    else if (upper === 'BODY=7BIT') options.encoding = '7bit';
    else if (upper === 'SMTPUTF8' && isUtf8Offered(session)) continue;
    else if (!(await readOption(session, parameter, options))) return undefined;
  }
  return options;
}

type ReadOption = (session: Session, value: string, options: Options) => boolean;

/** Those that need a value. */
const valueOptions: Readonly<Record<string, ReadOption>> = {
  SIZE: readSize,
  RET: readRet,
  ENVID: readEnvid,
  AUTH: readAuth,
};

async function readOption(session: Session, parameter: string, options: Options): Promise<boolean> {
  const equals = parameter.indexOf('=');
  const value = equals < 0 ? undefined : parameter.slice(equals + 1);
  const name = (equals < 0 ? parameter : parameter.slice(0, equals)).toUpperCase();
  if (name === 'XVERP' && (await isVerpClient(session))) return readVerp(session, value, options);
  const read = valueOptions[name];
  if (read !== undefined && value !== undefined) return read(session, value, options);
  session.complain('protocol', replies.unsupportedOption(parameter));
  return false;
}

/** Who sent it first (RFC 4954 section 5) is not asked, but said once only. */
function readAuth(session: Session, _value: string, options: Options): boolean {
  if (options.hasAuth) {
    session.complain('protocol', replies.secondAuthParameter);
    return false;
  }
  options.hasAuth = true;
  return true;
}

function readSize(session: Session, value: string): boolean {
  if (!/^\d+$/.test(value)) {
    session.complain('protocol', replies.badSize);
    return false;
  }
  if (BigInt(value) > LARGEST_SIZE) {
    session.complain('policy', replies.sizeOverflow);
    return false;
  }
  session.declaredSize = Number(value);
  return true;
}

function isDsnOff(session: Session): boolean {
  if (!session.discardedKeywords.has('dsn')) return false;
  session.complain('protocol', replies.dsnDisabled);
  return true;
}

function readRet(session: Session, value: string, options: Options): boolean {
  if (isDsnOff(session)) return false;
  const upper = value.toUpperCase();
  if (options.ret !== '' || (upper !== 'FULL' && upper !== 'HDRS')) {
    session.complain('protocol', replies.badRet);
    return false;
  }
  options.ret = upper;
  return true;
}

function readEnvid(session: Session, value: string, options: Options): boolean {
  if (isDsnOff(session)) return false;
  const decoded = decodeXtext(value);
  if (
    options.envid !== undefined ||
    decoded === undefined ||
    decoded === '' ||
    !/^[\x20-\x7e]*$/.test(decoded)
  ) {
    session.complain('protocol', replies.badEnvid);
    return false;
  }
  options.envid = decoded;
  return true;
}

async function isVerpClient(session: Session): Promise<boolean> {
  const { verpClients } = session.service;
  if (verpClients.isEmpty) return false;
  return (await verpClients.match(session.client.name, session.client.address)).kind === 'found';
}

/** Two characters of verp_delimiter_filter, or default_verp_delimiters. */
function readVerp(session: Session, delimiters: string | undefined, options: Options): boolean {
  const { config } = session.service;
  const filter = config.get('verp_delimiter_filter');
  if (delimiters !== undefined && !areVerpDelimiters(delimiters, filter)) {
    session.complain('protocol', replies.badVerp(filter));
    return false;
  }
  options.verp = delimiters ?? config.get('default_verp_delimiters');
  return true;
}

function begin(session: Session, sender: string, options: Readonly<Options>): Maybe<Outcome> {
  const { policy, settings } = session.service;
  const facts = session.facts({ sender });
  if (session.apply(policy.size(facts, session.declaredSize))) return 'error';
  if (options.verp !== '' && sender === '') {
    session.say(replies.verpNullSender);
    return 'error';
  }
  const goOn = () =>
    chain(policy.rewriteContext(facts), (rewriting) => open(session, sender, options, rewriting));
  if (settings.delaysReject) return goOn();
  return policy.sender(facts, sender).then((ruling) => {
    if (!session.apply(ruling)) return goOn();
    session.resetMail();
    return 'error';
  });
}

/** Process, time, number in the session (smtpd(8)); the client's port sets sessions of one millisecond apart. */
function nextInstance(session: Session): string {
  const now = session.service.clock.now();
  const microseconds = (now % 1000) * 1000 + (Number(session.client.port) % 1000 || 0);
  const parts = [process.pid, Math.floor(now / 1000), microseconds, session.messageCount++];
  return parts.map((part) => part.toString(16)).join('.');
}

function open(
  session: Session,
  sender: string,
  options: Readonly<Options>,
  rewriting: RewriteRuling,
): Outcome {
  const { settings, logger } = session.service;
  if (rewriting.kind === 'refused') {
    logger.info(rewriting.log);
    session.resetMail();
    return session.complain('resource', rewriting.reply);
  }
  if (settings.isStrictUtf8 && !session.hasSmtpUtf8 && !isAscii(sender)) {
    session.say(replies.mustDeclareUtf8);
    return 'error';
  }
  session.transaction = {
    sender,
    ret: options.ret,
    envid: options.envid ?? '',
    encoding: options.encoding,
    verp: options.verp,
    rewriteContext: rewriting.context,
    instance: nextInstance(session),
    recipients: [],
    overshoot: 0,
    allocation: undefined,
  };
  // what goes through a filter is not queued here
  if (!settings.delaysOpen && session.service.proxy === undefined) openQueueFile(session);
  session.say(replies.mailOk);
  return 'ok';
}
