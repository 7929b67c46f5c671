// What the pages ask the server, and where in the studio one is: the address says all of it.
import { useState, useEffect, useCallback } from '/assets/vendor/htm-preact.mjs';

export const session = { token: '' };

export async function ask(name, parameters = {}, signal) {
  const response = await fetch(address('/api/' + name, parameters), { signal });
  return read(response);
}

export async function tell(name, body) {
  const response = await fetch('/api/' + name, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': session.token },
    body: JSON.stringify(body),
  });
  return read(response);
}

async function read(response) {
  const json = await response.json().catch(() => ({ error: 'the server answered ' + response.status }));
  if (!response.ok) throw Object.assign(new Error(json.error || String(response.status)), { status: response.status });
  return json;
}

export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== '' && value !== undefined && value !== null) query.set(name, value);
  }
  const text = query.toString();
  return text ? path + '?' + text : path;
}

// Loads something whenever what it depends on changes; the last answer wins.
export function useAsked(name, parameters, every = 0) {
  const [state, set] = useState({});
  const [again, setAgain] = useState(0);
  const key = name ? address(name, parameters) : '';
  useEffect(() => {
    if (!name) return undefined;
    const stop = new AbortController();
    let timer = 0;
    const load = async () => {
      try {
        const data = await ask(name, parameters, stop.signal);
        if (!stop.signal.aborted) set({ data });
        if (data.missing_files > 0) timer = setTimeout(load, 50);
        else if (every) timer = setTimeout(load, every);
      } catch (error) {
        if (!stop.signal.aborted) set(before => ({ data: before.data, error: error.message, status: error.status }));
        if (every && !stop.signal.aborted) timer = setTimeout(load, every);
      }
    };
    load();
    return () => { stop.abort(); clearTimeout(timer); };
  }, [key, again]);
  return { ...state, reload: useCallback(() => setAgain(n => n + 1), []) };
}

export function go(path, parameters = {}, replace = false) {
  const target = address(path, parameters);
  if (replace) history.replaceState(null, '', target);
  else history.pushState(null, '', target);
  window.dispatchEvent(new Event('place'));
}

export function usePlace() {
  const look = () => ({ path: location.pathname, query: Object.fromEntries(new URLSearchParams(location.search)) });
  const [place, set] = useState(look);
  useEffect(() => {
    const changed = () => set(look());
    const click = event => {
      const link = event.target.closest && event.target.closest('a[href]');
      const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
      if (link && plain && link.origin === location.origin && !link.hasAttribute('download') && !link.pathname.startsWith('/api/') && !link.hash) {
        event.preventDefault();
        go(link.pathname, Object.fromEntries(new URLSearchParams(link.search)));
        window.scrollTo(0, 0);
      }
    };
    addEventListener('place', changed);
    addEventListener('popstate', changed);
    document.addEventListener('click', click);
    return () => { removeEventListener('place', changed); removeEventListener('popstate', changed); document.removeEventListener('click', click); };
  }, []);
  return place;
}
