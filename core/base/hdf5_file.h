// HDF5 as far as studies and packed models need it: groups, numbers, texts and arrays, written to an image in memory and read from a file.
//
// The only place that knows HDF5's library. Its own printing is silenced while one of these files is open, and restored afterwards;
// HDF5 is not safe to call from two threads, so whoever holds an image or a file holds the one lock: keep it no longer than needed, and
// never two in one thread. What is read is held against the file's size before memory is taken for it.
// Throws Error: when memory ends, and with "X cannot be read" for what is missing or not of the expected kind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bitscape {

using ArrayShape = std::vector<std::uint64_t>;
enum class ArrayType { Float32, Float64, Int64, UInt8 };

class Hdf5Group {
 public:
  Hdf5Group(std::int64_t handle, std::string path);   // takes the handle
  ~Hdf5Group();
  Hdf5Group(Hdf5Group&& other) noexcept;
  Hdf5Group& operator=(Hdf5Group&&) = delete;

  bool has(const std::string& name) const;            // a group or an array
  Hdf5Group group(const std::string& name) const;
  Hdf5Group addGroup(const std::string& name) const;

  // Attributes: one value each.
  void setNumber(const std::string& name, std::int64_t value) const;
  void setNumber(const std::string& name, double value) const;
  std::int64_t integer(const std::string& name, std::int64_t low, std::int64_t high) const;
  double real(const std::string& name) const;
  void setLabel(const std::string& name, const std::string& value) const;
  std::string label(const std::string& name) const;

  // UTF-8 of any length, checked when it is read.
  void addText(const std::string& name, const std::string& text) const;
  std::string text(const std::string& name) const;

  // Arrays of float, double, std::int64_t or std::uint8_t, row-major. Large ones are chunked, shuffled and deflated, but for bytes: codes
  // do not become smaller.
  template <class Value>
  void addArray(const std::string& name, std::span<const Value> values, const ArrayShape& shape) const;
  ArrayShape shapeOf(const std::string& name) const;
  ArrayType typeOf(const std::string& name) const;
  std::vector<std::string> names() const;             // of everything in the group, in order of their letters
  // Its shape must be `shape`.
  template <class Value>
  std::vector<Value> array(const std::string& name, const ArrayShape& shape) const;

 private:
  std::string pathOf(const std::string& name) const;
  std::int64_t m_handle = -1;
  std::string m_path;                                 // for messages: "/stats/block 3"
};

class Hdf5Session;                                    // the lock and the silence

// A new file that exists in memory alone: HDF5 does not survive a disk that is full.
class Hdf5Image {
 public:
  Hdf5Image();
  ~Hdf5Image();
  Hdf5Group root() const;
  // The complete file; valid until the image is written to or destroyed.
  std::span<const std::byte> bytes() const;

 private:
  std::unique_ptr<Hdf5Session> m_session;
  std::int64_t m_file = -1;
};

class Hdf5File {
 public:
  explicit Hdf5File(const std::string& path);         // read-only
  ~Hdf5File();
  Hdf5Group root() const;

 private:
  std::unique_ptr<Hdf5Session> m_session;
  std::int64_t m_file = -1;
};

}  // namespace bitscape
