/* Words that lead to numbers, in plain memory; and a string as the loops read it. */
#ifndef GENJIN_TABLE_H
#define GENJIN_TABLE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

/* Asks for memory that is soon to be read; a compiler that has no word for it reads without. */
#if defined(__GNUC__)
#define FETCH(at) __builtin_prefetch(at)
#else
#define FETCH(at) ((void)(at))
#endif

/* One step of a word: from a node over a character to another. The root is node 0 and nothing leads to it, so that an
   empty slot is one that leads to 0. Slot and numbers are all that a step touches: memory met cold is what costs. */
typedef struct {
    uint32_t from, character, to;
    uint32_t numbers; /* where in the pool those of the word that ends here stand, behind their count; 0 for no word */
} Slot;

typedef struct {
    Slot *slots; /* 2^bits of them, at most half of them taken */
    uint32_t *pool;
    uint32_t bits, nodes, used, room;
    uint32_t most; /* the largest number of all */
} Table;

/* A string that somebody else holds. */
typedef struct {
    int kind;
    const void *data;
    Py_ssize_t length;
} Text;

static inline Text text_of(PyObject *string) {
    return (Text){PyUnicode_KIND(string), PyUnicode_DATA(string), PyUnicode_GET_LENGTH(string)};
}

static inline Py_UCS4 text_at(const Text *text, Py_ssize_t at) {
    return PyUnicode_READ(text->kind, text->data, at);
}

/* table(words): a capsule with the table of a dict of words, each with a tuple of numbers below 2^32. */
PyObject *table_new(PyObject *module, PyObject *words);
/* An empty one; NULL with an exception set. */
Table *table_made(void);
void table_free(Table *table);
/* A capsule that frees the table in the end; NULL with an exception set, when it is freed already. */
PyObject *table_held(Table *table);
/* The slot of a word's last character, its way there made; NULL with an exception set. */
Slot *table_way(Table *table, const Text *word);
/* The table of a capsule; NULL with an exception set for anything else. */
const Table *table_of(PyObject *capsule);

static inline uint32_t table_place(const Table *table, uint32_t from, uint32_t character) {
    uint64_t key = (uint64_t)from << 32 | character;
    return (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> (64 - table->bits));
}

/* Where a character leads from a node; a slot that leads to 0 where it leads nowhere. */
static inline const Slot *table_step(const Table *table, uint32_t from, uint32_t character) {
    uint32_t last = (UINT32_C(1) << table->bits) - 1, at = table_place(table, from, character);
    const Slot *slot = &table->slots[at];
    while (slot->to && (slot->from != from || slot->character != character)) {
        at = (at + 1) & last;
        slot = &table->slots[at];
    }
    return slot;
}

/* Whether 0 <= start <= end <= length; sets ValueError where not. */
static inline int is_within(Py_ssize_t start, Py_ssize_t end, Py_ssize_t length) {
    int within = 0 <= start && start <= end && end <= length;
    if (!within) {
        PyErr_SetString(PyExc_ValueError, "a span that is not within its text");
    }
    return within;
}

PyObject *weights(PyObject *module, PyObject *given);
PyObject *words(PyObject *module, PyObject *args);
PyObject *line(PyObject *module, PyObject *args);
PyObject *unmarked(PyObject *module, PyObject *string);
PyObject *told(PyObject *module, PyObject *args);
PyObject *fitting(PyObject *module, PyObject *args);
PyObject *masked(PyObject *module, PyObject *args);
PyObject *weigh(PyObject *module, PyObject *args);
PyObject *different(PyObject *module, PyObject *string);
PyObject *named(PyObject *module, PyObject *args);

#endif
