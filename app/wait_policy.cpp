#include "app/wait_policy.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace bitscape {

void letWaitingThreadsSleepSoon() {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string words((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());   // each ends in a zero byte
  std::vector<char*> argv;
  for (std::size_t at = 0; at < words.size(); at = words.find('\0', at) + 1) {
    argv.push_back(words.data() + at);
    if (words.find('\0', at) == std::string::npos) return;
  }
  if (argv.empty()) return;
  argv.push_back(nullptr);
  setenv("OMP_WAIT_POLICY", "passive", 1);
  setenv("GOMP_SPINCOUNT", "3000", 1);
  execv("/proc/self/exe", argv.data());   // returns only when it failed: then threads spin, nothing worse
}

}  // namespace bitscape
