/**
 * Runs `work` at once, then at most every `everyMs`, never twice at the same time; calls in between are answered by one
 * more run. So a burst of events costs a steady trickle of requests.
 */
export function throttle(everyMs: number | (() => number), work: () => Promise<void>): () => void {
  let isBusy = false;
  let isWanted = false;

  const run = async () => {
    isBusy = true;
    isWanted = false;
    try {
      await work();
    } finally {
      setTimeout(
        () => {
          isBusy = false;
          if (isWanted) void run();
        },
        typeof everyMs === 'number' ? everyMs : everyMs(),
      );
    }
  };

  return () => {
    isWanted = true;
    if (!isBusy) void run();
  };
}
