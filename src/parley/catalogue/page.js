const search = document.getElementById('search'), surface = document.getElementById('surface');
const list = document.getElementById('list'), found = document.getElementById('found'), all = document.getElementById('all');
const holder = document.getElementById('entries'), narrow = matchMedia('(max-width: 1000px)');
const plain = text => text.toLowerCase().replace(/\s+/g, ' ').trim();
const entries = [...document.querySelectorAll('article')].map((article, place) => ({
  article, place, id: article.id, surface: article.dataset.surface,
  label: plain(article.querySelector('h2').textContent), also: article.dataset.also.split('|').map(plain).filter(Boolean),
  // what is read on the page; closed lists and drawings are not
  text: plain([...article.querySelectorAll('p, dl, pre, table')].filter(part => !part.closest('details')).map(part => part.textContent).join(' ')),
}));
const label = text => text.replace(/[^\p{L}\p{N}%]+/gu, ' ').trim();

// The lower the better: exact names first, then names, then texts; none where a word is missing.
function rank(entry, asked, words) {
  const names = [entry.label, entry.id, entry.id.replaceAll('_', ' '), ...entry.also];
  if (names.includes(asked)) return names.indexOf(asked) ? 1 : 0;
  if (names.some(name => label(name) === label(asked))) return 2;
  if (names.some(name => name.startsWith(asked))) return 3;
  const inNames = names.join(' ');
  if (words.every(word => inNames.includes(word))) return 4;
  return words.every(word => inNames.includes(word) || entry.text.includes(word)) ? 5 : null;
}

// The entries that have what is asked for, the best first.
function find(text) {
  const asked = plain(text), words = asked.split(' ').filter(Boolean);
  return entries.filter(entry => !surface.value || entry.surface === surface.value)
    .map(entry => ({entry, rank: words.length ? rank(entry, asked, words) : 0}))
    .filter(hit => hit.rank !== null)
    .sort((a, b) => a.rank - b.rank || a.entry.place - b.entry.place)
    .map(hit => hit.entry);
}

let hits = entries;
function show() {
  hits = find(search.value);
  const shown = new Set(hits), searching = search.value.trim() !== '' || surface.value !== '';
  for (const entry of entries) entry.article.hidden = !shown.has(entry);
  holder.replaceChildren(...hits.map(entry => entry.article), ...entries.filter(entry => !shown.has(entry)).map(entry => entry.article));
  all.hidden = searching;
  found.replaceChildren(...(searching ? hits.map(entry => {
    const link = document.createElement('a');
    link.href = '#' + entry.id;
    link.textContent = entry.article.querySelector('h2').textContent;
    return link;
  }) : []));
  for (const part of document.querySelectorAll('.around')) part.hidden = searching;
  document.getElementById('count').textContent = `${hits.length} metric${hits.length === 1 ? '' : 's'}`;
  document.getElementById('none').hidden = hits.length > 0;
}

// -- the address: what is searched is in it, and Back returns to what was searched before
const address = () => {
  const query = new URLSearchParams();
  if (search.value) query.set('q', search.value);
  if (surface.value) query.set('dashboard', surface.value);
  return location.pathname + (query.size ? '?' + query : '');
};
let settled = true;  // typing after this begins a new step of the history
function remember() {
  history[settled ? 'pushState' : 'replaceState'](null, '', address());
  settled = false;
}
function restore() {
  const query = new URLSearchParams(location.search);
  search.value = query.get('q') ?? '';
  surface.value = [...surface.options].some(option => option.value === query.get('dashboard')) ? query.get('dashboard') : '';
  settled = true;
  show();
}
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return false;
  if (target.closest('[hidden]')) {  // a link to what the search hides shows it all the same
    search.value = surface.value = '';
    history.replaceState(null, '', address() + location.hash);
    show();
  }
  target.scrollIntoView();
  return true;
}
function changed() {
  remember();
  show();
  scrollTo(0, 0);  // where the first hit is
}
search.addEventListener('input', changed);
surface.addEventListener('change', () => { changed(); settled = true; });
search.addEventListener('keydown', event => {
  if (event.key !== 'Enter' || !hits.length) return;
  event.preventDefault();
  settled = true;
  history.pushState(null, '', address() + '#' + hits[0].id);
  hits[0].article.scrollIntoView();
  hits[0].article.querySelector('h2 a').focus({preventScroll: true});
});
addEventListener('popstate', () => { restore(); if (!reveal()) scrollTo(0, 0); });
addEventListener('hashchange', () => { settled = true; reveal(); });

// -- the list of metrics is a column, or on narrow screens opens above the entries
const fold = () => { list.open = !narrow.matches; };
narrow.addEventListener('change', fold);
list.addEventListener('click', event => { if (narrow.matches && event.target.closest('a')) list.open = false; });
addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(part => { part.open = true; }));
fold();
restore();
reveal();
