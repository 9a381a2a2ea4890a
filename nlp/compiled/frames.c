/* Which frames a clause may fit, by the words they cannot do without (nlp/fitting.py). */
#include "table.h"

static void set_bits(const Table *table, uint32_t numbers, unsigned char *bits) {
    for (uint32_t left = table->pool[numbers]; left; left--) {
        uint32_t bit = table->pool[numbers + left];
        bits[bit / 8] |= (unsigned char)(1 << bit % 8);
    }
}

/* told(table, line, start, end, text, begin, until): the numbers of the characters of line[start:end] and of the words
   of several that begin in text[begin:until], as bits. */
PyObject *told(PyObject *module, PyObject *args) {
    PyObject *capsule, *marked, *plain;
    Py_ssize_t start, end, begin, until;
    const Table *table;
    (void)module;
    if (!PyArg_ParseTuple(args, "OUnnUnn:told", &capsule, &marked, &start, &end, &plain, &begin, &until) ||
        !(table = table_of(capsule))) {
        return NULL;
    }
    Text line = text_of(marked), text = text_of(plain);
    if (!is_within(start, end, line.length) || !is_within(begin, until, text.length)) {
        return NULL;
    }
    Py_ssize_t size = (Py_ssize_t)(table->most / 8) + 1;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, size);
    if (!bytes) {
        return NULL;
    }
    unsigned char *bits = memset(PyBytes_AS_STRING(bytes), 0, (size_t)size);
    for (Py_ssize_t at = start; at < end; at++) {
        set_bits(table, table_step(table, 0, text_at(&line, at))->numbers, bits);
    }
    for (Py_ssize_t first = begin; first < until; first++) {
        uint32_t node = table_step(table, 0, text_at(&text, first))->to;
        for (Py_ssize_t at = first + 1; node && at < text.length; at++) {
            const Slot *slot = table_step(table, node, text_at(&text, at));
            set_bits(table, slot->numbers, bits);
            node = slot->to;
        }
    }
    return bytes;
}

/* Whether eight bytes have a bit in common with eight others; most have none. */
static int meet(const unsigned char *one, const unsigned char *other) {
    uint64_t first, second;
    memcpy(&first, one, sizeof first);
    memcpy(&second, other, sizeof second);
    return (first & second) != 0;
}

/* 1 where all these bits stand there, 0 where one does not, -1 with an exception set. */
static int all_of(PyObject *bits, const unsigned char *told, Py_ssize_t size) {
    int all = PyTuple_Check(bits);
    for (Py_ssize_t n = 0; all && n < PyTuple_GET_SIZE(bits); n++) {
        Py_ssize_t bit = PyLong_AsSsize_t(PyTuple_GET_ITEM(bits, n));
        all = 0 <= bit && bit / 8 < size && told[bit / 8] >> bit % 8 & 1;
    }
    return PyErr_Occurred() ? -1 : all;
}

/* Adds a number, unless it has further bits of which one is missing. */
static int add_fitting(Py_ssize_t number, PyObject *further, const unsigned char *told, Py_ssize_t size,
                       PyObject *found) {
    PyObject *key = PyLong_FromSsize_t(number);
    PyObject *bits = key ? PyDict_GetItemWithError(further, key) : NULL;
    int fits = PyErr_Occurred() ? -1 : bits ? all_of(bits, told, size) : 1;
    int done = fits > 0 ? PyList_Append(found, key) : fits;
    Py_XDECREF(key);
    return done;
}

/* Adds what each of several tells; -1 with an exception set. */
static int add_told(PyObject *told, unsigned char *bits, Py_ssize_t size) {
    for (Py_ssize_t n = 0; n < PyList_GET_SIZE(told); n++) {
        PyObject *bytes = PyList_GET_ITEM(told, n);
        if (!PyBytes_Check(bytes) || PyBytes_GET_SIZE(bytes) != size) {
            PyErr_SetString(PyExc_ValueError, "what is told is bytes, of one as many as of another");
            return -1;
        }
        const unsigned char *more = (const unsigned char *)PyBytes_AS_STRING(bytes);
        for (Py_ssize_t at = 0; at < size; at++) {
            bits[at] |= more[at];
        }
    }
    return 0;
}

/* The numbers that fit what is told in so many bytes. */
static PyObject *all_fitting(const unsigned char *told, Py_ssize_t size, Py_ssize_t half, PyObject *further) {
    PyObject *found = PyList_New(0);
    for (Py_ssize_t at = 0; found && at < half / 8; at++) {
        if (at + 8 <= half / 8 && !meet(&told[at], &told[at + half / 8])) {
            at += 7;
            continue;
        }
        unsigned both = told[at] & told[at + half / 8];
        for (int bit = 0; found && both >> bit; bit++) {
            if (both >> bit & 1 && add_fitting(at * 8 + bit, further, told, size, found) < 0) {
                Py_CLEAR(found);
            }
        }
    }
    return found;
}

/* fitting(told, half, further): the numbers of which a bit stands in what several told together, another that is half
   as many bits further on, and all those that further has for them. */
PyObject *fitting(PyObject *module, PyObject *args) {
    PyObject *told, *further, *found = NULL;
    Py_ssize_t half;
    (void)module;
    if (!PyArg_ParseTuple(args, "O!nO!:fitting", &PyList_Type, &told, &half, &PyDict_Type, &further)) {
        return NULL;
    }
    PyObject *first = PyList_GET_SIZE(told) ? PyList_GET_ITEM(told, 0) : NULL;
    if (!first || !PyBytes_Check(first)) {
        PyErr_SetString(PyExc_ValueError, "nothing is told in bytes");
        return NULL;
    }
    Py_ssize_t size = PyBytes_GET_SIZE(first);
    if (!is_within(0, half, size * 4)) {
        return NULL;
    }
    if (PyList_GET_SIZE(told) == 1) {
        return all_fitting((const unsigned char *)PyBytes_AS_STRING(first), size, half, further);
    }
    unsigned char *bits = PyMem_Calloc((size_t)size + 1, 1);
    if (!bits) {
        return PyErr_NoMemory();
    }
    if (add_told(told, bits, size) == 0) {
        found = all_fitting(bits, size, half, further);
    }
    PyMem_Free(bits);
    return found;
}
