/** How long a file in maildrop would be: postdrop(1) refuses one that is over message_size_limit. */
import { recordBytes, textRecordBytes } from '../mail/record-size.ts';

const textBytes = (text: string): number => recordBytes(Buffer.byteLength(text));

/** Time, rewrite_context, and what separates message, extracted part and end. */
const FIXED = recordBytes(17) + textBytes('rewrite_context=local') + 3 * recordBytes(0);

/** Whether sendmail(1) could not leave this: `message file too big`. */
export function isTooLargeForMaildrop(
  limits: { readonly messageSize: number; readonly lineLength: number },
  message: {
    readonly sender: string;
    readonly fullName?: string | undefined;
    readonly recipients: readonly string[];
    readonly raw: Uint8Array;
  },
): boolean {
  if (limits.messageSize <= 0) return false;
  const { sender, fullName = '', recipients, raw } = message;
  const envelope = [sender, fullName, ...recipients].reduce((sum, text) => sum + textBytes(text), FIXED);
  return envelope + textRecordBytes(raw, limits.lineLength) > limits.messageSize;
}
