/* What is weighed of a clause, and what it weighs for each of some names (nlp/hearing.py, nlp/likely.py). */
#include "table.h"

#include <math.h>

#define FIRST_MARK 0xE000
#define END_MARK 0xF8FF
#define LONGEST_RUN 3
#define KINDS 3 /* runs, concepts, moods */
#define FINE (1 << 20)

/* A line and where each of its characters stands in the text it was made of. */
typedef struct {
    Text line, text;
    PyObject *starts, *entities;
} Line;

/* Where the at-th character of the line stands in the text, -1 with an exception set. */
static Py_ssize_t place(const Line *said, Py_ssize_t at) {
    Py_ssize_t start = PyLong_AsSsize_t(PyList_GET_ITEM(said->starts, at));
    if (start == -1 && PyErr_Occurred()) {
        return -1;
    }
    return is_within(start, said->text.length, said->text.length) ? start : -1;
}

static int is_mark(Py_UCS4 character) {
    return FIRST_MARK <= character && character <= END_MARK;
}

/* What is written so far, no longer than its room. */
typedef struct {
    Py_UCS4 *characters;
    Py_ssize_t length, room;
} Written;

static void put(Written *written, Py_UCS4 character) {
    if (written->length < written->room) {
        written->characters[written->length++] = character;
    }
}

/* Writes the letter that a dict has for a mark: 1 where it has one, else 0; -1 with an exception set. */
static int put_letter(Written *written, PyObject *letters, PyObject *mark) {
    PyObject *letter = PyDict_GetItemWithError(letters, mark);
    if (!letter) {
        return PyErr_Occurred() ? -1 : 0;
    }
    if (!PyUnicode_Check(letter) || PyUnicode_GET_LENGTH(letter) != 1) {
        PyErr_SetString(PyExc_ValueError, "a letter is one character");
        return -1;
    }
    put(written, PyUnicode_READ_CHAR(letter, 0));
    return 1;
}

static int add_concepts(PyObject *concepts, PyObject *mark, PyObject *found) {
    PyObject *features = PyDict_GetItemWithError(concepts, mark);
    if (!features || !PyTuple_Check(features)) {
        return PyErr_Occurred() ? -1 : 0;
    }
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(features); n++) {
        if (PySet_Add(found, PyTuple_GET_ITEM(features, n)) < 0) {
            return -1;
        }
    }
    return 0;
}

/* The mark at a place of the line: how many characters to go on by, -1 with an exception set. */
static Py_ssize_t put_mark(Written *written, const Line *said, Py_ssize_t at, PyObject *mark, PyObject *of_entities,
                           PyObject *of_words) {
    Py_ssize_t start = place(said, at), next = start < 0 ? -1 : place(said, at + 1), behind = at + 1;
    if (next < 0) {
        return -1;
    }
    if (start == next) {
        int hidden = text_at(&said->line, at) == END_MARK ? 0 : put_letter(written, of_words, mark);
        while (hidden > 0 && behind < said->line.length && !is_mark(text_at(&said->line, behind))) {
            behind++;
        }
        return hidden < 0 ? -1 : behind - at;
    }
    PyObject *key = PyLong_FromSsize_t(at);
    int entity = key ? PyDict_Contains(said->entities, key) : -1;
    Py_XDECREF(key);
    if (!entity) { /* a character of the text that only looks like a mark */
        put(written, text_at(&said->text, start));
    }
    return entity < 0 || (entity && put_letter(written, of_entities, mark) < 0) ? -1 : 1;
}

static int put_clause(Written *written, const Line *said, Py_ssize_t start, Py_ssize_t end, PyObject *of_entities,
                      PyObject *of_words, PyObject *concepts, PyObject *found) {
    for (Py_ssize_t at = start; at < end;) {
        Py_UCS4 character = text_at(&said->line, at);
        if (!is_mark(character)) {
            Py_ssize_t from = place(said, at++);
            if (from < 0 || from == said->text.length) {
                return from < 0 ? -1 : 0;
            }
            put(written, text_at(&said->text, from));
            continue;
        }
        PyObject *mark = PyUnicode_FromOrdinal((int)character);
        Py_ssize_t step = mark && add_concepts(concepts, mark, found) == 0
                              ? put_mark(written, said, at, mark, of_entities, of_words) : -1;
        Py_XDECREF(mark);
        if (step < 0) {
            return -1;
        }
        at += step;
    }
    return 0;
}

static int is_digit(Py_UCS4 character) {
    return '0' <= character && character <= '9';
}

/* A single 0 for each number: [0-9]+([.,][0-9]+)* */
static void figures_away(Written *written) {
    Py_UCS4 *at = written->characters, *end = at + written->length, *to = at;
    while (at < end) {
        int figure = is_digit(*at);
        *to++ = figure ? '0' : *at;
        at++;
        while (figure && at < end && (is_digit(*at) || ((*at == '.' || *at == ',') && at + 1 < end && is_digit(at[1])))) {
            at++;
        }
    }
    written->length = to - written->characters;
}

/* masked(text, line, starts, entities, start, end, longest, of_entities, of_words, concepts, found): the words of
   line[start:end], the longest of them cut, with the letter that of_entities has for an entity's mark or none, the
   letter that of_words has for a word's, and 0 for a number. The concepts of its marks are added to the set found. */
PyObject *masked(PyObject *module, PyObject *args) {
    PyObject *text, *line, *of_entities, *of_words, *concepts, *found, *result = NULL;
    Py_ssize_t start, end, longest;
    Line said;
    (void)module;
    if (!PyArg_ParseTuple(args, "UUO!O!nnnO!O!O!O!:masked", &text, &line, &PyList_Type, &said.starts, &PyDict_Type,
                          &said.entities, &start, &end, &longest, &PyDict_Type, &of_entities, &PyDict_Type, &of_words,
                          &PyDict_Type, &concepts, &PySet_Type, &found)) {
        return NULL;
    }
    said.text = text_of(text);
    said.line = text_of(line);
    if (!is_within(start, end, said.line.length) || !is_within(0, longest, 1 << 20) ||
        !is_within(0, said.line.length + 1, PyList_GET_SIZE(said.starts))) {
        return NULL;
    }
    Written written = {PyMem_Calloc((size_t)longest + 1, sizeof *written.characters), 0, longest};
    if (!written.characters) {
        return PyErr_NoMemory();
    }
    if (put_clause(&written, &said, start, end, of_entities, of_words, concepts, found) == 0) {
        figures_away(&written);
        result = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, written.characters, written.length);
    }
    PyMem_Free(written.characters);
    return result;
}

/* Adds up what the numbers of a feature tell: the place of a name in their upper half, a weight in the lower. */
static void add_weights(const Table *table, uint32_t numbers, int32_t *sums) {
    const uint32_t *weights = &table->pool[numbers + 1];
    for (uint32_t n = 0; n < table->pool[numbers]; n++) {
        sums[weights[n] >> 16] += (int16_t)(weights[n] & 0xFFFF);
    }
}

/* Numbers above 0, each once: 2^bits places, at most half of them taken. */
typedef struct {
    uint32_t *places, bits;
} Once;

/* Whether the number was not there yet; it is then. */
static int is_new(const Once *known, uint32_t number) {
    uint32_t last = (UINT32_C(1) << known->bits) - 1, at = number * UINT32_C(0x9E3779B1) >> (32 - known->bits);
    while (known->places[at] && known->places[at] != number) {
        at = (at + 1) & last;
    }
    int new = !known->places[at];
    known->places[at] = number;
    return new;
}

/* Where the weights of the runs of one to three characters stand, each run once however often it stands in the text.
   All of one length are looked up before the longer ones; the steps of these, and what the runs weigh, are fetched
   meanwhile: none waits for another. */
static Py_ssize_t find_runs(const Table *table, const Text *text, uint32_t *nodes, const Once *known, uint32_t *found) {
    Py_ssize_t count = 0;
    for (Py_ssize_t length = 0; length < LONGEST_RUN; length++) {
        for (Py_ssize_t start = 0; start + length < text->length; start++) {
            if (length && !nodes[start]) {
                continue;
            }
            const Slot *slot = table_step(table, nodes[start], text_at(text, start + length));
            nodes[start] = slot->to;
            if (slot->numbers && is_new(known, slot->to)) {
                FETCH(&table->pool[slot->numbers]);
                found[count++] = slot->numbers;
            }
        }
    }
    return count;
}

static int add_runs(const Table *table, const Text *text, int32_t *sums) {
    size_t most = LONGEST_RUN * (size_t)text->length + 1;
    Once known = {NULL, 4};
    while (known.bits < 31 && (size_t)1 << known.bits < 2 * most) {
        known.bits++;
    }
    uint32_t *nodes = PyMem_Calloc((size_t)text->length + 1, sizeof *nodes); /* where the run from each place led */
    uint32_t *found = PyMem_Malloc(most * sizeof *found);
    known.places = PyMem_Calloc((size_t)1 << known.bits, sizeof *known.places);
    int done = nodes && found && known.places ? 0 : -1;
    if (done < 0) {
        PyErr_NoMemory();
    } else {
        Py_ssize_t count = find_runs(table, text, nodes, &known, found);
        for (Py_ssize_t n = 0; n < count; n++) {
            add_weights(table, found[n], sums);
        }
    }
    PyMem_Free(nodes);
    PyMem_Free(found);
    PyMem_Free(known.places);
    return done;
}

/* A character stands for each feature of a set that weighs anything; a table of its own has their weights. */
static int add_features(const Table *table, PyObject *codes, PyObject *features, int32_t *sums) {
    PyObject *each = PyObject_GetIter(features), *feature;
    while (each && (feature = PyIter_Next(each))) {
        PyObject *code = PyDict_GetItemWithError(codes, feature);
        Py_DECREF(feature);
        if (code && PyUnicode_Check(code) && PyUnicode_GET_LENGTH(code) == 1) {
            add_weights(table, table_step(table, 0, PyUnicode_READ_CHAR(code, 0))->numbers, sums);
        } else if (code) {
            PyErr_SetString(PyExc_ValueError, "one character stands for a feature");
        }
        if (PyErr_Occurred()) {
            break;
        }
    }
    Py_XDECREF(each);
    return PyErr_Occurred() ? -1 : 0;
}

/* What names there are, what each starts from, and what it lacks of being loud. */
typedef struct {
    Py_ssize_t count;
    const double *floor, *lacking;
} Names;

static int append(PyObject *list, PyObject *item) {
    int done = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return done;
}

/* Puts down how likely each name is, and appends the names that lack nothing, the last first. What they lack is told in whole
   numbers, as are their sums, so that the twin in Python comes to the same. */
static int judge(const Names *names, const int32_t *sums, const double *shares, PyObject *likely, PyObject *loud) {
    for (Py_ssize_t n = 0; n < names->count; n++) {
        double evidence = names->floor[n];
        for (int kind = 0; kind < KINDS; kind++) {
            evidence += shares[kind] * sums[kind * names->count + n];
        }
        PyObject *whole = PyFloat_FromDouble(1 / (1 + exp(-evidence)));
        if (!whole) {
            return -1;
        }
        PyList_SET_ITEM(likely, n, whole);
    }
    for (Py_ssize_t n = names->count - 1; n >= 0; n--) {
        double total = names->lacking[n];
        for (int kind = 0; kind < KINDS; kind++) {
            total += floor(shares[kind] * FINE) * sums[kind * names->count + n];
        }
        if (total >= 0 && append(loud, PyLong_FromSsize_t(n)) < 0) {
            return -1;
        }
    }
    return 0;
}

/* weigh(runs, features, codes, names, text, concepts, moods, shares): the likelihood of each name when each kind of
   feature counts by its share, and the names that lack nothing of being loud. What each name starts from, and behind
   that what each lacks, are the doubles of names. */
PyObject *weigh(PyObject *module, PyObject *args) {
    PyObject *of_runs, *of_features, *codes, *numbers, *said, *concepts, *moods, *result = NULL;
    double shares[KINDS];
    const Table *runs, *features;
    (void)module;
    if (!PyArg_ParseTuple(args, "OOO!SUOO(ddd):weigh", &of_runs, &of_features, &PyDict_Type, &codes, &numbers, &said,
                          &concepts, &moods, &shares[0], &shares[1], &shares[2]) ||
        !(runs = table_of(of_runs)) || !(features = table_of(of_features))) {
        return NULL;
    }
    Names names = {PyBytes_GET_SIZE(numbers) / 2 / (Py_ssize_t)sizeof(double), NULL, NULL};
    uint32_t most = (runs->most > features->most ? runs->most : features->most) >> 16;
    if (!is_within(0, (Py_ssize_t)most + 1, names.count)) {
        return NULL;
    }
    names.floor = (const double *)PyBytes_AS_STRING(numbers);
    names.lacking = names.floor + names.count;
    Text text = text_of(said);
    int32_t *sums = PyMem_Calloc((size_t)names.count * KINDS, sizeof *sums);
    PyObject *likely = PyList_New(names.count), *loud = PyList_New(0);
    if (!sums) {
        PyErr_NoMemory();
    } else if (likely && loud && add_runs(runs, &text, sums) == 0 &&
               add_features(features, codes, concepts, sums + names.count) == 0 &&
               add_features(features, codes, moods, sums + 2 * names.count) == 0) {
        result = judge(&names, sums, shares, likely, loud) == 0 ? PyTuple_Pack(2, likely, loud) : NULL;
    }
    PyMem_Free(sums);
    Py_XDECREF(likely);
    Py_XDECREF(loud);
    return result;
}

/* different(text): how many different characters there are. */
PyObject *different(PyObject *module, PyObject *string) {
    (void)module;
    if (!PyUnicode_Check(string)) {
        PyErr_SetString(PyExc_TypeError, "a text is a string");
        return NULL;
    }
    Text text = text_of(string);
    Once known = {NULL, 4};
    while (known.bits < 31 && (Py_ssize_t)1 << known.bits < 2 * text.length) {
        known.bits++;
    }
    known.places = PyMem_Calloc((size_t)1 << known.bits, sizeof *known.places);
    if (!known.places) {
        return PyErr_NoMemory();
    }
    long count = 0;
    for (Py_ssize_t at = 0; at < text.length; at++) {
        count += is_new(&known, text_at(&text, at) + 1);
    }
    PyMem_Free(known.places);
    return PyLong_FromLong(count);
}
