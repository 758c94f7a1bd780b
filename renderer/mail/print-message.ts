/** Prints a message: its own page in a frame that is not seen, whose print dialog the browser shows. */
import { messageUrl, type MessageAt } from '../../core/api/contract/resources.ts';

export function printMessage(at: MessageAt, page: Document): void {
  const frame = page.createElement('iframe');
  // Of our origin, so that its dialog can be called; scripts are as little allowed as in the frame that is read.
  frame.setAttribute('sandbox', 'allow-same-origin allow-modals');
  frame.setAttribute('aria-hidden', 'true');
  frame.tabIndex = -1;
  frame.style.cssText = 'position:fixed;width:0;height:0;border:0;visibility:hidden';
  frame.src = messageUrl(at, 'print');
  frame.addEventListener('load', () => {
    const { contentWindow } = frame;
    contentWindow?.addEventListener('afterprint', () => {
      frame.remove();
    });
    contentWindow?.print();
  });
  page.body.append(frame);
}
