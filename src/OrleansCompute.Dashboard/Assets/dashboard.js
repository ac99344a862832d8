// Keeps an open page up to date. The server sends the markup of <main> whenever it has changed (server-sent events); this script
// changes only what differs, so that focus, selection, scrolling and the pointer's readout survive.
'use strict';

(() => {
  const main = document.getElementById('main');
  const badge = document.getElementById('live');
  const path = main?.dataset.live;
  if (path === undefined || !badge) return;

  // Ten seconds without a word, at a refresh each second, is a stall that the operator must see.
  const stallAfterMs = 10000;
  let stallTimer = 0;

  const say = (state, text) => {
    if (badge.dataset.state === state) return;
    badge.dataset.state = state;
    badge.textContent = text;
  };

  const heard = () => {
    say('live', 'Live');
    clearTimeout(stallTimer);
    stallTimer = setTimeout(() => say('stalled', 'Stalled'), stallAfterMs);
  };

  // --- changing only what differs -------------------------------------------------------------------------------------------

  const keyOf = node => node.nodeType === Node.ELEMENT_NODE ? node.getAttribute('data-key') : null;

  const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

  const attributes = (to, from) => {
    for (const { name, value } of from.attributes) {
      if (to.getAttribute(name) !== value) to.setAttribute(name, value);
    }
    for (const { name } of [...to.attributes]) {
      if (!from.hasAttribute(name) && !name.startsWith('data-own-')) to.removeAttribute(name);
    }
  };

  const morph = (to, from) => {
    const byKey = new Map();
    for (const child of to.childNodes) {
      const key = keyOf(child);
      if (key !== null) byKey.set(key, child);
    }

    let at = to.firstChild;
    for (const wanted of [...from.childNodes]) {
      const key = keyOf(wanted);
      let match = key === null ? at : byKey.get(key);
      if (match && !alike(match, wanted)) match = undefined;
      if (!match) {
        to.insertBefore(document.importNode(wanted, true), at);
        continue;
      }
      if (match === at) at = at.nextSibling;
      else to.insertBefore(match, at);
      if (match.nodeType !== Node.ELEMENT_NODE) {
        if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue;
      } else if (!match.hasAttribute('data-live-skip')) {
        attributes(match, wanted);
        morph(match, wanted);
      }
    }
    while (at) {
      const next = at.nextSibling;
      at.remove();
      at = next;
    }
  };

  // --- the stream -----------------------------------------------------------------------------------------------------------

  const open = () => {
    const events = new EventSource('_dashboard/live?path=' + encodeURIComponent(path));
    events.addEventListener('open', heard);
    events.addEventListener('tick', heard);
    events.addEventListener('page', event => {
      heard();
      morph(main, new DOMParser().parseFromString(event.data, 'text/html').body);
    });
    events.addEventListener('error', () => {
      say('wait', 'Reconnecting');
      // Closed for good: the server refused, as it does when the sign-in has ended. The page itself then leads to the sign-in.
      if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000);
    });
    // A page in the browser's back-forward cache holds no connection.
    addEventListener('pagehide', () => events.close(), { once: true });
  };

  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
  open();

  // --- reading values off a chart -------------------------------------------------------------------------------------------

  const read = (chart, choose) => {
    const points = (chart.dataset.hints || '').split(' ').filter(Boolean).map(hint => hint.split(',').map(Number));
    const svg = chart.querySelector('svg');
    const cursor = chart.querySelector('.cursor');
    const output = chart.querySelector('output');
    if (points.length === 0 || !svg || !cursor || !output) return;
    const index = Math.min(points.length - 1, Math.max(0, choose(points, svg)));
    const [x, y, step, value] = points[index];
    chart.dataset.ownIndex = index;
    cursor.setAttribute('class', 'cursor shown');
    cursor.querySelector('line').setAttribute('x1', x);
    cursor.querySelector('line').setAttribute('x2', x);
    cursor.querySelector('circle').setAttribute('cx', x);
    cursor.querySelector('circle').setAttribute('cy', y);
    output.textContent = `step ${step.toLocaleString('en')}: ${value.toFixed(4)}`;
  };

  const hide = chart => {
    chart.querySelector('.cursor')?.setAttribute('class', 'cursor');
    const output = chart.querySelector('output');
    if (output) output.textContent = '';
  };

  main.addEventListener('pointermove', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (!chart) return;
    read(chart, (points, svg) => {
      const box = svg.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
      let best = 0;
      points.forEach((point, i) => { if (Math.abs(point[0] - x) < Math.abs(points[best][0] - x)) best = i; });
      return best;
    });
  });
  main.addEventListener('pointerout', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (chart && !chart.contains(event.relatedTarget)) hide(chart);
  });
  main.addEventListener('focusout', event => {
    const chart = event.target.closest?.('[data-chart]');
    if (chart) hide(chart);
  });
  main.addEventListener('keydown', event => {
    const chart = event.target.closest?.('[data-chart]');
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (!chart || move === undefined) return;
    event.preventDefault();
    read(chart, points => (chart.dataset.ownIndex === undefined ? points.length - 1 : Number(chart.dataset.ownIndex)) + move);
  });
})();
