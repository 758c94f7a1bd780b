/**
 * One client from greeting to good-bye: reads commands one by one and decides what they mean (smtpd_proto of smtpd(8)).
 * It knows nothing of sockets, so `sendmail -bs` and tests can hold one as well.
 */
import { isUtf8 } from 'node:buffer';
import { splitSmtpCommand } from '../address/smtp-words.ts';
import { ConfigError } from '../config/config.ts';
import type { Reply } from '../mail/reply.ts';
import type { SmtpClient } from './client.ts';
import { createChunks, type Chunks } from './commands/bdat.ts';
import type { Outcome } from './commands/command.ts';
import { finishMessage } from './commands/message.ts';
import { commandName, commands, type CommandName } from './commands/table.ts';
import type { ReceivedContent } from './content.ts';
import { greet, type Greeting } from './greeting.ts';
import { toNotice } from './notice.ts';
import { escapeBytes, printable } from './printable.ts';
import { replies } from './replies.ts';
import { forSession, type SmtpService } from './service.ts';
import { Session, type Channel } from './session.ts';
import { createStatistics } from './statistics.ts';

/** A command line as it came in. */
export interface CommandLine {
  /** Without line end, cut at line_length_limit. */
  readonly bytes: Buffer;
  /** It ended in LF without CR. */
  readonly isBare: boolean;
  readonly isOverlong: boolean;
}

export type EndReason = 'lost connection' | 'timeout' | 'too many errors' | undefined;

/** How much of a pipelined group is shown in the log. */
const SHOWN_PENDING = 100;

export class Conversation {
  readonly session: Session;
  readonly #service: SmtpService;
  readonly #statistics = createStatistics();
  /** Made with the first BDAT. */
  #chunks: Chunks | undefined;
  #greeting: Greeting | undefined;
  #posting: Promise<void> | undefined;
  #isOver = false;
  #reason: EndReason;

  constructor(service: SmtpService, channel: Channel, client: SmtpClient) {
    this.#service = forSession(service, client);
    this.session = new Session(this.#service, channel, client, (session) => {
      this.#notify(session);
    });
  }

  /** The client may be answered no more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The copy for the postmaster that is being posted; the client waits for it, as it does in Postfix. */
  get posting(): Promise<void> | undefined {
    return this.#posting;
  }

  /** Within a command's work: message content is on its way. */
  get isReceiving(): boolean {
    return this.session.where === 'DATA content' || this.session.where === 'BDAT content';
  }

  async start(): Promise<void> {
    this.#service.logger.info(`connect from ${this.session.clientLabel}`);
    try {
      await this.#begin();
    } catch (error) {
      this.#answerTrouble(error);
    }
  }

  async #begin(): Promise<void> {
    this.#greeting = await greet(this.session, this.#greeting);
    this.session.flush();
  }

  /** Most commands need no waiting, and a promise that nobody needs costs a busy client time: then there is none. */
  command(line: CommandLine): Promise<void> | undefined {
    const isSlowed = this.session.errorCount >= this.#service.settings.softErrorLimit;
    let work: Promise<void> | undefined;
    try {
      work = this.#execute(line);
    } catch (error) {
      this.#answerTrouble(error);
    }
    if (work !== undefined || isSlowed) return this.#complete(work, isSlowed);
    this.#checkErrors();
    return undefined;
  }

  async #complete(work: Promise<void> | undefined, isSlowed: boolean): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#answerTrouble(error);
    }
    if (isSlowed) await this.#tarpit();
    this.#checkErrors();
  }

  content(content: ReceivedContent): Promise<void> {
    return this.#completeContent('DATA', finishMessage(this.session, content));
  }

  /** The bytes of a BDAT command are in. */
  chunk(bytes: Buffer): Promise<void> {
    return this.#completeContent('BDAT', this.#chunksOf().finish(this.session, bytes));
  }

  async #completeContent(name: CommandName, work: Promise<Outcome>): Promise<void> {
    try {
      this.#count(name, await work);
    } catch (error) {
      this.#answerTrouble(error);
    }
    this.#checkErrors();
  }

  timeout(): void {
    if (this.#isOver) return;
    this.#reason = 'timeout';
    this.session.say(replies.timeout(this.#service.settings.myhostname));
    this.session.flush();
  }

  /** The sandbox stops. */
  shutDown(): void {
    if (this.#isOver) return;
    this.session.say(replies.shuttingDown(this.#service.settings.myhostname));
    this.session.flush();
  }

  /** The connection is gone, or the session came to its end. To be called once. */
  end(isLost: boolean, receivedBytes: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { session } = this;
    const reason = this.#reason ?? (isLost ? 'lost connection' : undefined);
    this.#reason = reason;
    if (reason !== undefined) this.#logEnd(reason, receivedBytes);
    this.#greeting?.leave();
    session.resetChat(0);
    session.resetMail();
    this.#service.logger.info(`disconnect from ${session.clientLabel}${this.#statistics.toString()}`);
    this.#service.record?.end();
  }

  #logEnd(reason: Exclude<EndReason, undefined>, receivedBytes: number): void {
    const { where, clientLabel } = this.session;
    const { logger } = this.#service;
    if (where === 'DATA content' || where === 'BDAT content') {
      logger.info(`${reason} after ${where.slice(0, 4)} (${receivedBytes} bytes) from ${clientLabel}`);
    } else if (where !== 'END-OF-MESSAGE' || reason !== 'lost connection') {
      logger.info(`${reason} after ${where} from ${clientLabel}`);
    }
  }

  #notify(session: Session): void {
    const notice = toNotice(session, this.#reason ?? '');
    this.#posting = this.#service.intake.submit(notice).then(
      (result) => {
        if (result.kind === 'storage-failed')
          this.#service.logger.warning(`postmaster notify: ${result.reason}`);
      },
      (error: unknown) => {
        this.#service.logger.warning(`postmaster notify: ${String(error)}`);
      },
    );
  }

  /** The edge at which a bug or a broken configuration becomes an answer. */
  #answerTrouble(error: unknown): void {
    const { logger, settings } = this.#service;
    const isConfig = error instanceof ConfigError;
    const text =
      error instanceof Error ? (isConfig ? error.message : (error.stack ?? error.message)) : String(error);
    logger[isConfig ? 'fatal' : 'error'](printable(text, ' '));
    this.session.say(isConfig ? replies.localError(settings.myhostname) : replies.internalError);
  }

  /** Slows down clients that make errors (smtpd_error_sleep_time). */
  #tarpit(): Promise<void> {
    const { clock, settings } = this.#service;
    if (settings.errorSleepMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      clock.schedule(clock.now() + settings.errorSleepMs, resolve);
    });
  }

  #checkErrors(): void {
    const { session } = this;
    const { settings } = this.#service;
    if (session.isHangingUp || session.errorCount < settings.hardErrorLimit) return;
    this.#reason = 'too many errors';
    session.complain('protocol', replies.tooManyErrors(settings.myhostname));
  }

  #execute(line: CommandLine): Promise<void> | undefined {
    const text = this.#readLine(line);
    if (text === undefined) return undefined;
    const { commandFilter, noopCommands } = this.#service;
    if (commandFilter.isEmpty && noopCommands.isEmpty) return this.#run(text, line.bytes);
    return this.#runFiltered(text, line.bytes);
  }

  async #runFiltered(line: string, bytes: Buffer): Promise<void> {
    const text = this.#service.commandFilter.isEmpty ? line : await this.#filtered(line);
    if (text === undefined) return;
    const first = splitSmtpCommand(text)[0]?.text ?? '';
    if (await this.#isNoop(first)) return;
    await this.#run(text, bytes);
  }

  #run(text: string, bytes: Buffer): Promise<void> | undefined {
    const words = splitSmtpCommand(text);
    const first = words[0]?.text;
    if (first === undefined) {
      this.#fail(replies.badSyntax);
      return undefined;
    }
    const name = commandName(first);
    this.#statistics.said(name ?? 'unknown');
    if (name === undefined) return this.#unknown(first, bytes);
    if (this.#isDenied(name)) return undefined;
    this.session.where = name;
    if (this.#isOutOfSync(name)) return undefined;
    const invocation = { words, line: text };
    const outcome =
      name === 'BDAT'
        ? this.#chunksOf().begin(this.session, invocation)
        : commands[name].run(this.session, invocation);
    if (outcome instanceof Promise) return outcome.then((settled) => this.#finish(name, settled));
    return this.#finish(name, outcome);
  }

  #finish(name: CommandName, outcome: Outcome): Promise<void> | undefined {
    if (outcome === 'restart') return this.#begin();
    this.#count(name, outcome);
    if (name === 'QUIT') this.session.isHangingUp = true;
    return undefined;
  }

  /** Undefined when the line has been answered. */
  #readLine({ bytes, isBare, isOverlong }: CommandLine): string | undefined {
    const { session } = this;
    const { settings, logger } = this.#service;
    const isValid = isUtf8(bytes);
    const text = bytes.toString(isValid ? 'utf8' : 'latin1');
    session.transcript.add('client', text);
    if (isOverlong) {
      const shown = printable(text.slice(0, 30), '?');
      logger.warning(`${session.clientLabel}: request longer than ${settings.lineLengthLimit}: ${shown}...`);
    }
    if (isBare && session.bareNewline === 'reject') {
      session.logReject('bare <LF> received');
      session.complain('protocol', replies.bareNewline(settings.bareNewlineCode, settings.myhostname));
      session.isHangingUp = true;
      return undefined;
    }
    if (settings.isUtf8Enabled && !isValid) {
      this.#fail(replies.badUtf8);
      return undefined;
    }
    return text;
  }

  /** smtpd_command_filter replaces what broken clients say. */
  async #filtered(text: string): Promise<string | undefined> {
    const { logger, commandFilter, settings } = this.#service;
    const result = await commandFilter.lookup(text.trimStart());
    if (result.kind === 'absent') return text;
    if (result.kind === 'unavailable') {
      logger.warning(`${result.table} lookup error for "${printable(text, '?').slice(0, 100)}"`);
      this.session.complain('data', replies.localDataError(settings.myhostname));
      return undefined;
    }
    const from = text.slice(0, 100);
    logger.info(
      `${this.session.clientLabel}: replacing command "${from}" with "${result.value.slice(0, 100)}"`,
    );
    return result.value;
  }

  #chunksOf(): Chunks {
    this.#chunks ??= createChunks();
    return this.#chunks;
  }

  #fail(reply: Reply): void {
    this.session.complain('protocol', reply);
    this.session.errorCount++;
  }

  /** smtpd_noop_commands */
  async #isNoop(word: string): Promise<boolean> {
    const { noopCommands } = this.#service;
    if (noopCommands.isEmpty || (await noopCommands.match(word)).kind !== 'found') return false;
    this.session.say(replies.ok);
    this.#countJunk();
    return true;
  }

  #countJunk(): void {
    const { session } = this;
    if (session.junkCount++ > this.#service.settings.junkCommandLimit) session.errorCount++;
  }

  /** Not ours: a header line, GET or POST means that this is no SMTP client at all. */
  async #unknown(word: string, line: Buffer): Promise<void> {
    const { session } = this;
    session.where = 'UNKNOWN';
    const { forbiddenCommands, logger } = this.#service;
    const isHeader = /^[!-9;-~]+:/.test(word);
    if (isHeader || (!forbiddenCommands.isEmpty && (await forbiddenCommands.match(word)).kind === 'found')) {
      logger.warning(`non-SMTP command from ${session.clientLabel}: ${escapeBytes(line).slice(0, 100)}`);
      session.say(replies.breakRulesToo);
      return;
    }
    if (this.#isDenied('UNKNOWN')) return;
    this.#fail(replies.notRecognized);
  }

  #isDenied(name: CommandName | 'UNKNOWN'): boolean {
    const { session } = this;
    if (!session.accessDenied || name === 'QUIT') return false;
    session.say(replies.accessDenied(session.clientLabel));
    session.errorCount++;
    return true;
  }

  /** Commands that came before the client could have seen the answer that it has to wait for. */
  #isOutOfSync(name: CommandName): boolean {
    const { session } = this;
    const isLast = name !== 'BDAT' && commands[name].isLastInGroup === true;
    if (session.hasPipelinedWrongly || (session.protocol === 'ESMTP' && !isLast)) return false;
    const pending = session.channel.pending();
    if (pending.length === 0) return false;
    const shown = escapeBytes(pending.subarray(0, SHOWN_PENDING));
    this.#service.logger.info(
      `improper command pipelining after ${session.where} from ${session.clientLabel}: ${shown}`,
    );
    session.hasPipelinedWrongly = true;
    if (!this.#service.settings.forbidsUnauthPipelining) return false;
    session.say(replies.synchronization);
    return true;
  }

  #count(name: CommandName, outcome: Outcome): void {
    if (outcome === 'pending') return;
    if (outcome === 'ok') this.#statistics.succeeded(name);
    else this.session.errorCount++;
    if (name !== 'BDAT' && commands[name].isLimited === true) this.#countJunk();
  }
}
