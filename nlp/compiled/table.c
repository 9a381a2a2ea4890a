#include "table.h"

#define NAME "nlp.compiled.core.table"
#define MOST_SLOTS 26 /* bits; a lexicon of millions of characters */

static int fault(const char *words) {
    PyErr_SetString(PyExc_ValueError, words);
    return -1;
}

static void put(Table *table, Slot slot) {
    uint32_t last = (UINT32_C(1) << table->bits) - 1, at = table_place(table, slot.from, slot.character);
    while (table->slots[at].to) {
        at = (at + 1) & last;
    }
    table->slots[at] = slot;
}

static int widen(Table *table) {
    Slot *narrow = table->slots;
    size_t count = narrow ? (size_t)1 << table->bits : 0;
    uint32_t bits = narrow ? table->bits + 1 : 8;
    Slot *wide = bits <= MOST_SLOTS ? PyMem_Calloc((size_t)1 << bits, sizeof *wide) : NULL;
    if (!wide) {
        PyErr_NoMemory();
        return -1;
    }
    table->slots = wide;
    table->bits = bits;
    for (size_t at = 0; at < count; at++) {
        if (narrow[at].to) {
            put(table, narrow[at]);
        }
    }
    PyMem_Free(narrow);
    return 0;
}

static int push(Table *table, uint32_t number) {
    if (table->used == table->room) {
        uint32_t room = table->room ? 2 * table->room : 256;
        uint32_t *pool = room > table->room ? PyMem_Realloc(table->pool, room * sizeof *pool) : NULL;
        if (!pool) {
            PyErr_NoMemory();
            return -1;
        }
        table->pool = pool;
        table->room = room;
    }
    table->pool[table->used++] = number;
    return 0;
}

Slot *table_way(Table *table, const Text *word) {
    const Slot *slot = NULL;
    for (Py_ssize_t at = 0; at < word->length; at++) {
        uint32_t from = slot ? slot->to : 0, character = text_at(word, at);
        slot = table_step(table, from, character);
        if (!slot->to) {
            if (2 * (table->nodes + 1) > UINT32_C(1) << table->bits && widen(table) < 0) {
                return NULL;
            }
            put(table, (Slot){from, character, ++table->nodes, 0});
            slot = table_step(table, from, character);
        }
    }
    return (Slot *)slot;
}

static int add(Table *table, PyObject *word, PyObject *numbers) {
    if (!PyUnicode_Check(word) || !PyUnicode_GET_LENGTH(word) || !PyTuple_Check(numbers)) {
        return fault("a table is of words, each with a tuple of numbers");
    }
    Text spelt = text_of(word);
    uint32_t begin = table->used;
    if (push(table, (uint32_t)PyTuple_GET_SIZE(numbers)) < 0) {
        return -1;
    }
    for (Py_ssize_t n = 0; n < PyTuple_GET_SIZE(numbers); n++) {
        unsigned long number = PyLong_AsUnsignedLong(PyTuple_GET_ITEM(numbers, n));
        if (number == (unsigned long)-1 && PyErr_Occurred()) {
            return -1;
        }
        if (number > UINT32_MAX) {
            return fault("a number of more than 32 bits");
        }
        table->most = number > table->most ? (uint32_t)number : table->most;
        if (push(table, (uint32_t)number) < 0) {
            return -1;
        }
    }
    Slot *end = table_way(table, &spelt);
    if (!end) {
        return -1;
    }
    end->numbers = begin;
    return 0;
}

void table_free(Table *table) {
    if (table) {
        PyMem_Free(table->slots);
        PyMem_Free(table->pool);
        PyMem_Free(table);
    }
}

static void dispose(PyObject *capsule) {
    table_free(PyCapsule_GetPointer(capsule, NAME));
}

Table *table_made(void) {
    Table *table = PyMem_Calloc(1, sizeof *table);
    if (!table) {
        PyErr_NoMemory();
    } else if (widen(table) < 0) {
        table_free(table);
        table = NULL;
    }
    return table;
}

PyObject *table_held(Table *table) {
    PyObject *capsule = PyCapsule_New(table, NAME, dispose);
    if (!capsule) {
        table_free(table);
    }
    return capsule;
}

PyObject *table_new(PyObject *module, PyObject *words) {
    (void)module;
    if (!PyDict_CheckExact(words)) {
        PyErr_SetString(PyExc_TypeError, "a table is made of a dict");
        return NULL;
    }
    Table *table = table_made();
    PyObject *items = table ? PyDict_Items(words) : NULL;
    int done = items && push(table, 0) == 0 ? 0 : -1; /* no list stands at 0 */
    for (Py_ssize_t n = 0; done == 0 && n < PyList_GET_SIZE(items); n++) {
        PyObject *item = PyList_GET_ITEM(items, n);
        done = add(table, PyTuple_GET_ITEM(item, 0), PyTuple_GET_ITEM(item, 1));
    }
    Py_XDECREF(items);
    if (done < 0) {
        table_free(table);
        return NULL;
    }
    return table_held(table);
}

const Table *table_of(PyObject *capsule) {
    return PyCapsule_GetPointer(capsule, NAME);
}
