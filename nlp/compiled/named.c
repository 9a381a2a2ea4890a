/* Where a house is named (nlp/named.py): what the runs and words of a text and what was proposed weigh for each of its
   characters as the begin, the middle and the end of a name, and the names on the likeliest way through. */
#include "table.h"

#define PARTS 5
#define LABELS 3
#define REACH 3
#define NEVER (-(1 << 29))
#define IS_KIND (UINT32_C(1) << 31)

typedef struct {
    int32_t (*sums)[LABELS];
    uint8_t *back; /* bits: a name ended before, the middle comes from a middle, the end does */
    Py_ssize_t length;
    const int32_t *kinds;
    Py_ssize_t count;
    int moves[5];
} Named;

static void add_part(Named *named, Py_ssize_t at, const int32_t *row) {
    if (0 <= at && at < named->length) {
        for (int label = 0; label < LABELS; label++) {
            named->sums[at][label] += row[label];
        }
    }
}

static void add_kind(Named *named, Py_ssize_t start, Py_ssize_t end, Py_ssize_t kind) {
    if (kind >= named->count) {
        return;
    }
    const int32_t *row = named->kinds + kind * PARTS * LABELS;
    add_part(named, start - 1, row);
    add_part(named, start, row + LABELS);
    for (Py_ssize_t at = start + 1; at < end - 1; at++) {
        add_part(named, at, row + 2 * LABELS);
    }
    if (end - start > 1) {
        add_part(named, end - 1, row + 3 * LABELS);
    }
    add_part(named, end, row + 4 * LABELS);
}

static void add_words(Named *named, const Table *table, const Text *text) {
    for (Py_ssize_t start = 0; start < text->length; start++) {
        const Slot *slot = table_step(table, 0, text_at(text, start));
        for (Py_ssize_t end = start + 1; slot->to; end++) {
            const uint32_t *row = table->pool + slot->numbers, *last = row + *row;
            while (slot->numbers && row++ < last) {
                Py_ssize_t at = start + (Py_ssize_t)(*row >> 20 & 0xF) - REACH;
                if (*row & IS_KIND) {
                    add_kind(named, start, end, (Py_ssize_t)(*row ^ IS_KIND));
                } else if (0 <= at && at < named->length && (*row >> 16 & 0xF) < LABELS) {
                    named->sums[at][*row >> 16 & 0xF] += (int16_t)(*row & 0xFFFF);
                }
            }
            if (end == text->length) {
                break;
            }
            slot = table_step(table, slot->to, text_at(text, end));
        }
    }
}

/* How much speaks for a name there. */
static long weight(const Named *named, Py_ssize_t start, Py_ssize_t end) {
    const int *moves = named->moves;
    if (end - start < 2) {
        return NEVER;
    }
    long total = moves[0] + named->sums[start][0] + named->sums[end - 1][2];
    if (end - start == 2) {
        return total + moves[2];
    }
    total += moves[1] + moves[4] + moves[3] * (long)(end - start - 3);
    for (Py_ssize_t at = start + 1; at < end - 1; at++) {
        total += named->sums[at][1];
    }
    return total;
}

static int append(PyObject *list, PyObject *item) {
    int done = item ? PyList_Append(list, item) : -1;
    Py_XDECREF(item);
    return done;
}

/* Goes through to the end, keeping at each place from where the likeliest way came; then back. */
static int find(Named *named, PyObject *found) {
    const int *moves = named->moves;
    long none = 0, begun = NEVER, within = NEVER, ended = NEVER;
    for (Py_ssize_t at = 1; at < named->length - 1; at++) {
        const int32_t *sums = named->sums[at];
        int behind = ended > none, middle = within + moves[3] > begun + moves[1], end = within + moves[4] > begun + moves[2];
        long free = behind ? ended : none, going = middle ? within + moves[3] : begun + moves[1];
        ended = (end ? within + moves[4] : begun + moves[2]) + sums[2];
        none = free;
        begun = free + moves[0] + sums[0];
        within = going + sums[1];
        named->back[at] = (uint8_t)(behind | middle << 1 | end << 2);
    }
    int label = ended > none ? 2 : 3;
    Py_ssize_t until = 0;
    for (Py_ssize_t at = named->length - 2; at > 0; at--) {
        int back = named->back[at];
        if (label == 2) {
            until = at + 1;
            label = back >> 2 & 1;
        } else if (label == 1) {
            label = back >> 1 & 1;
        } else {
            if (label == 0 && append(found, Py_BuildValue("nnl", at, until, weight(named, at, until))) < 0) {
                return -1;
            }
            label = back & 1 ? 2 : 3;
        }
    }
    return PyList_Reverse(found);
}

/* Adds what each proposal weighs by its kind, then tells how much speaks for it; -1 with an exception set. */
static int judge(Named *named, PyObject *proposed, PyObject *weights, int adding) {
    for (Py_ssize_t n = 0; n < PyList_GET_SIZE(proposed); n++) {
        Py_ssize_t start, end, kind;
        PyObject *item = PyList_GET_ITEM(proposed, n);
        if (!PyTuple_Check(item) || !PyArg_ParseTuple(item, "nnn", &start, &end, &kind)) {
            return -1;
        }
        if (!is_within(start, end, named->length) || !is_within(0, kind, kind)) {
            return -1;
        }
        if (adding) {
            add_kind(named, start, end, kind);
        } else if (append(weights, PyLong_FromLong(weight(named, start, end))) < 0) {
            return -1;
        }
    }
    return 0;
}

/* named(table, kinds, text, proposed, moves): (start, end, weight) of each name in the text, whose first and last
   character are its edges, and the weight of each (start, end, kind) proposed. kinds are PARTS x LABELS numbers each. */
PyObject *named(PyObject *module, PyObject *args) {
    PyObject *words, *kinds, *said, *proposed, *result = NULL;
    const Table *table;
    Named named = {0};
    int *moves = named.moves;
    (void)module;
    if (!PyArg_ParseTuple(args, "OSUO!(iiiii):named", &words, &kinds, &said, &PyList_Type, &proposed, &moves[0],
                          &moves[1], &moves[2], &moves[3], &moves[4]) ||
        !(table = table_of(words))) {
        return NULL;
    }
    Text text = text_of(said);
    named.length = text.length;
    named.kinds = (const int32_t *)PyBytes_AS_STRING(kinds);
    named.count = PyBytes_GET_SIZE(kinds) / (PARTS * LABELS * (Py_ssize_t)sizeof(int32_t));
    named.sums = PyMem_Calloc((size_t)text.length + 1, sizeof *named.sums);
    named.back = PyMem_Calloc((size_t)text.length + 1, 1);
    PyObject *found = PyList_New(0), *weights = PyList_New(0);
    if (!named.sums || !named.back) {
        PyErr_NoMemory();
    } else if (found && weights) {
        add_words(&named, table, &text);
        if (judge(&named, proposed, weights, 1) == 0 && find(&named, found) == 0 &&
            judge(&named, proposed, weights, 0) == 0) {
            result = PyTuple_Pack(2, found, weights);
        }
    }
    PyMem_Free(named.sums);
    PyMem_Free(named.back);
    Py_XDECREF(found);
    Py_XDECREF(weights);
    return result;
}
