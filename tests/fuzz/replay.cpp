// Stands in for libFuzzer: runs each file of a corpus folder, whole and cut short, through the fuzz target.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

namespace {

/// A copy of exactly this size, so that a sanitizer sees a read behind its end.
void runOn(const std::string &bytes, std::size_t size)
{
    const std::vector<std::uint8_t> input(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

} // namespace

int main(int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto &entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes(std::istreambuf_iterator<char>(file), {});
            runOn(bytes, bytes.size());
            const std::size_t step = std::max<std::size_t>(1, bytes.size() / 64);
            for (std::size_t size = 0; size < bytes.size(); size += step)
                runOn(bytes, size);
            ++files;
        }
    }
    std::printf("Totals: %d passed, %d failed, 0 skipped\n", files, files == 0);
    return files == 0;
}
