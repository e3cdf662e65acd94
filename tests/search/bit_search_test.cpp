#include "core/search/bit_search.h"

#include <QElapsedTimer>
#include <QtTest>
#include <limits>
#include <random>

#include "core/base/error.h"
#include "tests/support/throws.h"

using namespace bitscape;
using test::errorOf;

namespace {

// Costs that fall with bits by random factors, sizes of odd shapes.
CostTable randomTable(std::mt19937& random, int blocks, const std::vector<Role>& roles, const std::vector<std::string>& formats) {
  std::uniform_real_distribution<double> uniform(0, 1);
  CostTable table;
  table.formats = formats;
  for (int block = 0; block < blocks; ++block) {
    for (const Role role : roles) {
      CostRow row{{block, role}, {}};
      const std::int64_t parameters = 100 + static_cast<std::int64_t>(random() % 400);
      const double sensitivity = std::exp(4 * uniform(random));
      for (const std::string& format : formats) {
        Candidate candidate;
        candidate.format = format;
        candidate.plan = linearPlanFromName(format);
        const int bits = candidate.plan.weight->bits();
        candidate.bytes = parameters * bits / 8 + 7;
        candidate.kl = sensitivity * std::pow(4.0, -bits) * (0.8 + 0.4 * uniform(random));
        candidate.microseconds = static_cast<double>(parameters) * (0.5 + uniform(random));
        row.candidates.push_back(candidate);
      }
      table.rows.push_back(row);
    }
  }
  predict(table);
  return table;
}

// The least predicted cost over all choices, by trying them; infinite when none fits.
double bruteForce(const CostTable& table, const BitRequest& request) {
  double best = std::numeric_limits<double>::infinity();
  std::vector<std::size_t> choice(table.rows.size(), 0);
  const auto groupOf = [&](LinearId id) {
    for (std::size_t i = 0; i < request.fused.size(); ++i) {
      if (std::find(request.fused[i].begin(), request.fused[i].end(), id.role) != request.fused[i].end()) return static_cast<int>(i);
    }
    return -1;
  };
  for (;;) {
    bool fits = true;
    for (std::size_t i = 0; i < table.rows.size() && fits; ++i) {
      const CostRow& row = table.rows[i];
      const auto lock = request.locks.find(row.id);
      const auto floor = request.floors.find(row.id.role);
      if (lock != request.locks.end() && row.candidates[choice[i]].format != lock->second) fits = false;
      if (floor != request.floors.end() && row.candidates[choice[i]].plan.weight->bits() < floor->second) fits = false;
      for (std::size_t j = 0; j < i && fits; ++j) {
        const bool together =
            table.rows[j].id.block == row.id.block && groupOf(row.id) >= 0 && groupOf(row.id) == groupOf(table.rows[j].id);
        if (together && choice[i] != choice[j]) fits = false;
      }
    }
    const BitPoint point = pointOf(table, choice);
    if (fits && (!request.bytes || point.bytes <= *request.bytes) &&
        (!request.microseconds || point.microseconds <= *request.microseconds)) {
      best = std::min(best, point.predicted);
    }
    std::size_t at = 0;
    while (at < choice.size() && ++choice[at] == table.formats.size()) choice[at++] = 0;
    if (at == choice.size()) return best;
  }
}

bool refuses(const CostTable& table, const BitRequest& request, const char* because) {
  return errorOf([&] { solveBits(table, request); }).find(because) != std::string::npos;
}

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

}  // namespace

class BitSearchTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void equalsBruteForce() {
    std::mt19937 random(5);
    int solved = 0, refused = 0;
    for (int trial = 0; trial < 120; ++trial) {
      const CostTable table =
          randomTable(random, 1, {Role::Q, Role::K, Role::V, Role::O, Role::Gate, Role::Up, Role::Down}, {"w2a16", "w3a16", "w4a16"});
      BitRequest request;
      request.tolerance = 0;
      if (trial % 3 == 0) request.fused.clear();
      if (trial % 5 == 0) request.floors[Role::Down] = 3;
      if (trial % 7 == 0) request.locks[{0, Role::V}] = "w4a16";
      std::vector<std::size_t> least(7, 0), most(7, 2);
      const BitPoint small = pointOf(table, least), large = pointOf(table, most);
      const double share = std::uniform_real_distribution<double>(-0.1, 1.1)(random);
      if (trial % 4 != 1) request.bytes = small.bytes + static_cast<std::int64_t>(share * static_cast<double>(large.bytes - small.bytes));
      if (trial % 4 != 2) request.microseconds = (0.7 + 0.6 * std::uniform_real_distribution<double>(0, 1)(random)) * small.microseconds;
      const double wanted = bruteForce(table, request);
      if (std::isinf(wanted)) {
        QVERIFY(refuses(table, request, "budget"));
        ++refused;
        continue;
      }
      const BitSolution found = solveBits(table, request);
      QVERIFY2(same(found.total.predicted, wanted),
               qPrintable(QString("%1: %2, not %3").arg(trial).arg(found.total.predicted).arg(wanted)));
      QVERIFY(found.proven && found.bound <= wanted * (1 + 1e-9));
      ++solved;
    }
    QVERIFY(solved > 50 && refused > 3);
  }

  void moreBudgetIsNeverWorse() {
    std::mt19937 random(9);
    const CostTable table =
        randomTable(random, 6, {kBlockRoles.begin(), kBlockRoles.end()}, {"w2a16", "w3a16", "w4a16", "w5a16", "w6a16", "w8a16"});
    const std::vector<std::size_t> least(table.rows.size(), 0), most(table.rows.size(), 5);
    const std::int64_t low = pointOf(table, least).bytes, high = pointOf(table, most).bytes;
    double before = std::numeric_limits<double>::infinity();
    for (std::int64_t bytes = low; bytes <= high; bytes += 61) {
      const BitSolution found = solveBits(table, {.bytes = bytes, .microseconds = {}, .locks = {}, .floors = {}, .tolerance = 0});
      QVERIFY(found.proven);
      QVERIFY(found.total.bytes <= bytes);
      QVERIFY(found.total.predicted <= before * (1 + 1e-12));
      QVERIFY(found.bound <= found.total.predicted * (1 + 1e-12));
      before = found.total.predicted;
    }
  }

  void theFrontIsOptimal() {
    std::mt19937 random(4);
    const CostTable table = randomTable(random, 3, {kBlockRoles.begin(), kBlockRoles.end()}, {"w2a16", "w3a16", "w4a16", "w8a16"});
    const std::vector<BitPoint> front = paretoFront(table, {});
    QVERIFY(front.size() > 10);
    for (std::size_t i = 0; i < front.size(); ++i) {
      if (i > 0) QVERIFY(front[i].bytes > front[i - 1].bytes && front[i].predicted < front[i - 1].predicted);
      const BitSolution found = solveBits(table, {.bytes = front[i].bytes, .tolerance = 0});
      QVERIFY(same(found.total.predicted, front[i].predicted));
    }
  }

  void largeModelsAreQuick() {
    std::mt19937 random(6);
    const CostTable table =
        randomTable(random, 32, {kBlockRoles.begin(), kBlockRoles.end()}, {"w2a16", "w3a16", "w4a16", "w5a16", "w6a16", "w7a16", "w8a16"});
    const std::vector<std::size_t> least(table.rows.size(), 0), most(table.rows.size(), 6);
    const std::int64_t low = pointOf(table, least).bytes, high = pointOf(table, most).bytes;
    QElapsedTimer timer;
    timer.start();
    for (int i = 1; i < 10; ++i) {
      const BitSolution found = solveBits(table, {.bytes = low + (high - low) * i / 10});
      QVERIFY(found.proven && found.total.predicted <= found.bound * 1.01);
    }
    qInfo("9 budgets in %lld ms", static_cast<long long>(timer.elapsed()));
  }

  void aPlanIsReadBack() {
    std::mt19937 random(2);
    const CostTable table = randomTable(random, 2, {kBlockRoles.begin(), kBlockRoles.end()}, {"w2a16", "w4a16"});
    const BitSolution found = solveBits(table, {.bytes = pointOf(table, std::vector<std::size_t>(14, 1)).bytes * 3 / 4});
    const Plan plan = planOf(table, found.choice, planFromName("w4a16"));
    QCOMPARE(plan.of({1, Role::Q}), plan.of({1, Role::K}));
    QCOMPARE(choiceOf(table, plan).value(), found.choice);
    QVERIFY(!choiceOf(table, planFromName("w3a16")));
    const Json json = toJson(table);
    const CostTable read = costTableFromJson(JsonView(json, "table"));
    QCOMPARE(pointOf(read, found.choice).predicted, found.total.predicted);
    QCOMPARE(toJson(read), json);
  }

  void faultsAreSentences() {
    std::mt19937 random(2);
    const CostTable table = randomTable(random, 1, {kBlockRoles.begin(), kBlockRoles.end()}, {"w2a16", "w4a16"});
    QVERIFY(refuses(table, {.bytes = 10}, "below the smallest plan"));
    QVERIFY(refuses(table, {.locks = {{{0, Role::Q}, "w3a16"}}}, "which the table of costs has not"));
    QVERIFY(refuses(table, {.locks = {{{0, Role::Q}, "w2a16"}, {{0, Role::K}, "w4a16"}}}, "lock both"));
    QVERIFY(refuses(table, {.floors = {{Role::O, 5}}}, "least bits"));
  }

  // One probe measured: the others follow it in proportion to their relative error.
  void unmeasuredFormatsFollowTheProbe() {
    CostTable table;
    table.formats = {"w2a16", "w3a16", "w4a16"};
    table.rows.push_back({{0, Role::O}, std::vector<Candidate>(3)});
    const double sqnr[3] = {10, 20, 30};
    for (std::size_t i = 0; i < 3; ++i) {
      table.rows[0].candidates[i].plan = linearPlanFromName(table.formats[i]);
      table.rows[0].candidates[i].sqnr = sqnr[i];
    }
    table.rows[0].candidates[1].kl = 0.5;
    predict(table);
    QVERIFY(same(table.rows[0].candidates[0].predicted, 5.0));
    QVERIFY(same(table.rows[0].candidates[2].predicted, 0.05));
    QVERIFY(same(uniformPrediction(table, 1), 0.5));
  }
};

QTEST_GUILESS_MAIN(BitSearchTest)
#include "bit_search_test.moc"
