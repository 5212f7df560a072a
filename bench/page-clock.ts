/**
 * What runs in the page to measure it, before anything of the application: a text, since it is written for another world
 * than this project's Node code. It notes when answers arrive and when what they caused was painted.
 */
export const pageClock = `(() => {
  const clock = { answers: [], jobs: [], longTasks: [], pressedAt: 0 };
  window.clock = clock;

  // First to hear a message: the application's own listener comes after this one.
  window.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        const at = performance.now();
        if (data.length > 100_000) return void clock.answers.push(at);
        if (!data.includes('"is":"job"')) return;
        const { job } = JSON.parse(data).event ?? {};
        if (job) clock.jobs.push({ id: job.id, at, status: job.status });
      });
    }
  };

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) clock.longTasks.push({ startTime, duration });
  }).observe({ type: 'longtask', buffered: true });

  for (const kind of ['keydown', 'click'])
    addEventListener(kind, (event) => (clock.pressedAt = event.timeStamp), { capture: true });

  // A task behind the frame's own: what the frame changed is painted by then.
  clock.painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      }),
    );

  /** When it was painted that something came true. */
  clock.until = (isTrue) =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('it did not come true: ' + isTrue)), 60_000);
      const look = () => {
        if (!isTrue()) return;
        clearTimeout(late);
        observer.disconnect();
        clock.painted().then(resolve);
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      look();
    });

  /** Before a key or click: what it is to change. */
  clock.expect = (read) => {
    const before = read();
    clock.expected = clock.until(() => read() !== before).then((at) => at - clock.pressedAt);
    clock.expected.catch(() => {});
  };

  /** When the page had been at rest for half a second, and its longest task since then. */
  clock.rest = async (since) => {
    const ends = () => clock.longTasks.map((task) => task.startTime + task.duration);
    let quietFrom = Math.max(since, ...ends());
    while (performance.now() - quietFrom < 500) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      quietFrom = Math.max(quietFrom, ...ends());
    }
    return { at: quietFrom };
  };

  /** From the first row to the last in so many frames, each of them with rows that were not there before. */
  clock.scroll = (frames) =>
    new Promise((resolve) => {
      const body = [...document.querySelectorAll('[role=treegrid] [role=rowgroup]')].at(-1);
      const way = body.scrollHeight - body.clientHeight;
      const gaps = [];
      let [step, last, mostRows] = [0, null, 0];
      const frame = (at) => {
        if (last !== null) gaps.push(at - last);
        last = at;
        mostRows = Math.max(mostRows, document.querySelectorAll('[data-node]').length);
        if (step++ === frames) return resolve({ gaps, mostRows });
        body.scrollTop = (way * step) / frames;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
})()`;
