// Values as they travel from the program to its tests: words of plain text, and the name of their
// type, one of the standard library's.
#pragma once
#include <unistd.h>
#include <fcntl.h>
#include <algorithm>
#include <array>
#include <cassert>
#include <climits>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <optional>
#include <queue>
#include <set>
#include <sstream>
#include <stack>
#include <stdexcept>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace tesuji_values {
template <class T> struct Kind;

template <class T> T read(std::istream& in) { return Kind<T>::read(in); }

inline void fail() { throw std::runtime_error("no value"); }

#define TESUJI_NUMBER(T, N, FORMAT, PARSE)                                                        \
  template <> struct Kind<T> {                                                                    \
    static std::string name() { return N; }                                                       \
    static void write(std::string& out, T v) {                                                    \
      char text[64];                                                                              \
      std::snprintf(text, sizeof text, FORMAT " ", v);                                            \
      out += text;                                                                                \
    }                                                                                             \
    static T read(std::istream& in) {                                                             \
      std::string word;                                                                           \
      if (!(in >> word)) fail();                                                                  \
      char* end;                                                                                  \
      T v = static_cast<T>(PARSE);                                                                \
      if (*end) fail();                                                                           \
      return v;                                                                                   \
    }                                                                                             \
  };
TESUJI_NUMBER(bool, "bool", "%d", std::strtol(word.c_str(), &end, 10) != 0)
TESUJI_NUMBER(char, "char", "%d", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(signed char, "signed char", "%d", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(unsigned char, "unsigned char", "%d", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(short, "short", "%d", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(unsigned short, "unsigned short", "%d", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(int, "int", "%d", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(unsigned, "unsigned", "%u", std::strtoul(word.c_str(), &end, 10))
TESUJI_NUMBER(long, "long", "%ld", std::strtol(word.c_str(), &end, 10))
TESUJI_NUMBER(unsigned long, "unsigned long", "%lu", std::strtoul(word.c_str(), &end, 10))
TESUJI_NUMBER(long long, "long long", "%lld", std::strtoll(word.c_str(), &end, 10))
TESUJI_NUMBER(unsigned long long, "unsigned long long", "%llu",
              std::strtoull(word.c_str(), &end, 10))
TESUJI_NUMBER(float, "float", "%a", std::strtof(word.c_str(), &end))
TESUJI_NUMBER(double, "double", "%a", std::strtod(word.c_str(), &end))
TESUJI_NUMBER(long double, "long double", "%La", std::strtold(word.c_str(), &end))

template <> struct Kind<std::string> {
  static std::string name() { return "std::string"; }
  static void write(std::string& out, const std::string& v) {
    out += 's';
    char two[3];
    for (unsigned char c : v) {
      std::snprintf(two, sizeof two, "%02x", c);
      out += two;
    }
    out += ' ';
  }
  static std::string read(std::istream& in) {
    std::string word, v;
    if (!(in >> word) || word[0] != 's' || word.size() % 2 == 0) fail();
    for (std::size_t i = 1; i < word.size(); i += 2) {
      v += static_cast<char>(std::stoi(word.substr(i, 2), nullptr, 16));
    }
    return v;
  }
};

template <class C> void write_all(std::string& out, const C& all) {
  out += std::to_string(all.size()) + " ";
  for (const auto& v : all) {
    Kind<std::decay_t<typename C::value_type>>::write(out, v);
  }
}

template <class C, class T> C read_all(std::istream& in) {
  C all;
  unsigned long count = Kind<unsigned long>::read(in);
  for (unsigned long i = 0; i < count; i++) all.insert(all.end(), Kind<T>::read(in));
  return all;
}

#define TESUJI_LIST(C)                                                                            \
  template <class T> struct Kind<std::C<T>> {                                                     \
    static std::string name() { return "std::" #C "<" + Kind<T>::name() + ">"; }                  \
    static void write(std::string& out, const std::C<T>& v) { write_all(out, v); }                \
    static std::C<T> read(std::istream& in) { return read_all<std::C<T>, T>(in); }                \
  };
TESUJI_LIST(vector)
TESUJI_LIST(deque)
TESUJI_LIST(list)
TESUJI_LIST(set)
TESUJI_LIST(multiset)
TESUJI_LIST(unordered_set)

template <class T, std::size_t N> struct Kind<std::array<T, N>> {
  static std::string name() { return "std::array<" + Kind<T>::name() + "," + std::to_string(N) + ">"; }
  static void write(std::string& out, const std::array<T, N>& v) {
    for (const T& one : v) Kind<T>::write(out, one);
  }
  static std::array<T, N> read(std::istream& in) {
    std::array<T, N> v;
    for (T& one : v) one = Kind<T>::read(in);
    return v;
  }
};

template <class... T> struct Kind<std::tuple<T...>> {
  static std::string name() {
    std::string all;
    ((all += (all.empty() ? "" : ",") + Kind<T>::name()), ...);
    return "std::tuple<" + all + ">";
  }
  static void write(std::string& out, const std::tuple<T...>& v) {
    std::apply([&](const T&... one) { (Kind<T>::write(out, one), ...); }, v);
  }
  static std::tuple<T...> read(std::istream& in) { return std::tuple<T...>{Kind<T>::read(in)...}; }
};

template <class A, class B> struct Kind<std::pair<A, B>> {
  static std::string name() { return "std::pair<" + Kind<A>::name() + "," + Kind<B>::name() + ">"; }
  static void write(std::string& out, const std::pair<A, B>& v) {
    Kind<std::decay_t<A>>::write(out, v.first);
    Kind<B>::write(out, v.second);
  }
  static std::pair<A, B> read(std::istream& in) {
    A a = Kind<A>::read(in);
    return {a, Kind<B>::read(in)};
  }
};
template <class A, class B> struct Kind<std::pair<const A, B>> : Kind<std::pair<A, B>> {
  static void write(std::string& out, const std::pair<const A, B>& v) {
    Kind<A>::write(out, v.first);
    Kind<B>::write(out, v.second);
  }
};

#define TESUJI_MAP(C)                                                                             \
  template <class A, class B> struct Kind<std::C<A, B>> {                                         \
    static std::string name() {                                                                   \
      return "std::" #C "<" + Kind<A>::name() + "," + Kind<B>::name() + ">";                      \
    }                                                                                             \
    static void write(std::string& out, const std::C<A, B>& v) { write_all(out, v); }             \
    static std::C<A, B> read(std::istream& in) {                                                  \
      return read_all<std::C<A, B>, std::pair<A, B>>(in);                                         \
    }                                                                                             \
  };
TESUJI_MAP(map)
TESUJI_MAP(multimap)
TESUJI_MAP(unordered_map)

template <class T> struct Kind<std::optional<T>> {
  static std::string name() { return "std::optional<" + Kind<T>::name() + ">"; }
  static void write(std::string& out, const std::optional<T>& v) {
    out += v ? "1 " : "0 ";
    if (v) Kind<T>::write(out, *v);
  }
  static std::optional<T> read(std::istream& in) {
    if (!Kind<bool>::read(in)) return std::nullopt;
    return Kind<T>::read(in);
  }
};

template <class T> std::string line(const T& v) {
  std::string out = Kind<T>::name() + "\n";
  Kind<T>::write(out, v);
  return "V" + out;
}
inline std::string line(const char* v) { return line(std::string(v)); }
inline std::string line(std::vector<bool>::reference v) { return line(static_cast<bool>(v)); }
}  // namespace tesuji_values
