/* Weights as their files have them, read into a table (nlp/weighing.py). */
#include "table.h"

#define LONGEST_RUN 3

/* A place in rows that somebody else holds; what stands behind the end reads as the end of a line. */
typedef struct {
    Text text;
    Py_ssize_t at;
    uint32_t before; /* so many names stand before those of these rows */
} Rows;

static Py_UCS4 next(const Rows *rows) {
    return rows->at < rows->text.length ? text_at(&rows->text, rows->at) : '\n';
}

static int is_digit(Py_UCS4 character) {
    return '0' <= character && character <= '9';
}

static int is_over(Py_UCS4 character) {
    return character == '\t' || character == '\n';
}

/* Goes over a character if it stands there. */
static int takes(Rows *rows, Py_UCS4 character) {
    int stands = next(rows) == character;
    rows->at += stands;
    return stands;
}

/* The number whose digits stand there; one that is too large where none do. */
static uint32_t digits(Rows *rows) {
    uint32_t number = is_digit(next(rows)) ? 0 : 0x8000;
    for (; is_digit(next(rows)); rows->at++) {
        number = number < 0x8000 ? 10 * number + (uint32_t)(next(rows) - '0') : number;
    }
    return number;
}

/* ``3:-0.5``: the place of a name and tenths, sixteen bits each; -1 with an exception set. */
static int read_weight(Rows *rows, uint32_t *found) {
    uint32_t name = digits(rows), parted = (uint32_t)takes(rows, ':'), below = (uint32_t)takes(rows, '-');
    uint32_t tenths = 10 * digits(rows);
    if (takes(rows, '.')) {
        tenths += is_digit(next(rows)) ? (uint32_t)(next(rows) - '0') : 0x8000;
        rows->at++;
    }
    if (!parted || name + rows->before >= 0x8000 || tenths >= 0x8000 || !is_over(next(rows))) {
        PyErr_SetString(PyExc_ValueError, "a feature tells weights such as 3:-0.5");
        return -1;
    }
    *found = (name + rows->before) << 16 | ((below ? 0 - tenths : tenths) & 0xFFFF);
    return 0;
}

/* The feature that a line begins with. */
static Text read_feature(Rows *rows) {
    Py_ssize_t begin = rows->at;
    while (!is_over(next(rows))) {
        rows->at++;
    }
    const char *data = (const char *)rows->text.data + begin * rows->text.kind;
    return (Text){rows->text.kind, data, rows->at - begin};
}

/* Counts what is told of each run, for which the slot of its last character has room while nothing is placed. */
static int count_runs(Rows *rows, Table *table) {
    for (; rows->at < rows->text.length; rows->at++) {
        Text feature = read_feature(rows);
        uint32_t count = 0;
        for (; next(rows) != '\n'; rows->at++) {
            count += next(rows) == '\t';
        }
        if (feature.length && feature.length <= LONGEST_RUN) {
            Slot *slot = table_way(table, &feature);
            if (!slot) {
                return -1;
            }
            slot->numbers += count;
        }
    }
    return 0;
}

/* A place in the pool for what is told of each run, most first: that is met most often, and so lies together. */
static int place_runs(Table *table) {
    size_t size = (size_t)1 << table->bits, most = 0, used = 1; /* no list stands at 0 */
    for (size_t at = 0; at < size; at++) {
        most = table->slots[at].numbers > most ? table->slots[at].numbers : most;
    }
    size_t *places = PyMem_Calloc(most + 2, sizeof *places);
    if (!places) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t at = 0; at < size; at++) {
        places[table->slots[at].numbers]++;
    }
    for (size_t count = most; count; count--) {
        size_t begin = used;
        used += places[count] * (count + 1);
        places[count] = begin;
    }
    for (size_t at = 0; at < size; at++) {
        size_t count = table->slots[at].numbers;
        table->slots[at].numbers = count ? (uint32_t)places[count] : 0;
        places[count] += count + 1;
    }
    PyMem_Free(places);
    table->pool = used <= UINT32_MAX ? PyMem_Calloc(used, sizeof *table->pool) : NULL;
    table->used = table->room = (uint32_t)used;
    if (!table->pool) {
        PyErr_NoMemory();
    }
    return table->pool ? 0 : -1;
}

/* Appends a number to what a feature tells in a dict. */
static int tell(PyObject *marked, PyObject *feature, uint32_t number) {
    PyObject *before = PyDict_GetItemWithError(marked, feature);
    if (!before && PyErr_Occurred()) {
        return -1;
    }
    PyObject *one = Py_BuildValue("(k)", (unsigned long)number);
    PyObject *row = one && before ? PySequence_Concat(before, one) : Py_XNewRef(one);
    int done = row ? PyDict_SetItem(marked, feature, row) : -1;
    Py_XDECREF(one);
    Py_XDECREF(row);
    return done;
}

static int fill(Rows *rows, Table *table, PyObject *marked) {
    for (; rows->at < rows->text.length; rows->at++) {
        Text feature = read_feature(rows);
        int is_run = feature.length && feature.length <= LONGEST_RUN;
        int is_marked = feature.length && (text_at(&feature, 0) == '<' || text_at(&feature, 0) == '=');
        PyObject *name = is_marked ? PyUnicode_FromKindAndData(feature.kind, feature.data, feature.length) : NULL;
        int done = is_marked && !name ? -1 : 0;
        uint32_t *row = is_run ? &table->pool[table_way(table, &feature)->numbers] : NULL, number;
        while (done == 0 && takes(rows, '\t') && (done = read_weight(rows, &number)) == 0) {
            table->most = number > table->most ? number : table->most;
            if (is_run) {
                row[++*row] = number;
            }
            done = is_marked ? tell(marked, name, number) : 0;
        }
        Py_XDECREF(name);
        if (done < 0) {
            return -1;
        }
    }
    return 0;
}

/* Goes through all rows twice: counts, then fills what was counted. */
static int read_rows(PyObject *given, Table *table, PyObject *marked) {
    for (int filling = 0; filling < 2; filling++) {
        if (filling && place_runs(table) < 0) {
            return -1;
        }
        for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(given); n++) {
            PyObject *text;
            Py_ssize_t before;
            PyObject *item = PyTuple_GET_ITEM(given, n);
            if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "Un", &text, &before)) {
                if (!PyErr_Occurred()) {
                    PyErr_SetString(PyExc_TypeError, "rows come as (text, names before)");
                }
                return -1;
            }
            if (!is_within(0, before, 0x8000)) {
                return -1;
            }
            Rows rows = {text_of(text), 0, (uint32_t)before};
            if ((filling ? fill(&rows, table, marked) : count_runs(&rows, table)) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* weights(rows): a table of the runs that stand in rows, (text, names before theirs) each, and a dict of the concepts
   and moods with their numbers. A line is a feature with, each behind a tab, what it tells: the place of a name and a
   weight, which as a number have sixteen bits each, the weight in tenths. */
PyObject *weights(PyObject *module, PyObject *given) {
    (void)module;
    if (!PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "rows come in a tuple");
        return NULL;
    }
    Table *table = table_made();
    PyObject *marked = table ? PyDict_New() : NULL, *held = NULL;
    if (marked && read_rows(given, table, marked) == 0) {
        held = table_held(table);
    } else {
        table_free(table);
    }
    PyObject *result = held ? PyTuple_Pack(2, held, marked) : NULL;
    Py_XDECREF(held);
    Py_XDECREF(marked);
    return result;
}
